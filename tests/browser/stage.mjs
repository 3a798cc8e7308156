// The demo, started on free ports with a new database, and browsers to look at it with.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePorts } from "./free_ports.mjs";

// Required: for an import, Node reads all of its text once more to find its names, which takes as long again.
export const { chromium } = createRequire(import.meta.url)("playwright-core");

const root = resolve(import.meta.dirname, "../..");
export const output = join(root, "tests/output/browser");
const readyWithinMs = 60_000;

/** Chromium as people have it. */
export const wholeChromium = "/usr/bin/chromium";
/** The same engine without what windows need: pages take two thirds of the time in it. */
export const chromiumShell = "/usr/bin/chromium-headless-shell";

export const browserFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the demo as demo/run does, and says where it is. */
export async function startDemo() {
  const port = await freePorts(3); // the edge's, hallpassd's and the application's
  const child = spawn(process.execPath, [join(root, "demo/start.mjs")], {
    // Few people, who do here what many do elsewhere.
    env: { ...process.env, HALLPASS_PORT: String(port), HALLPASS_REQUEST_LIMIT: "unlimited", HALLPASS_START_LIMIT: "unlimited" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const ended = new Promise((done) => child.once("exit", done));
  await new Promise((ready, fail) => {
    const late = setTimeout(() => fail(new Error(`The demo was not ready in time:\n${said}`)), readyWithinMs);
    const listen = (piece) => {
      said += piece;
      if (!said.includes("Hallpass demo:")) return;
      clearTimeout(late);
      ready();
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", (code) => {
      clearTimeout(late);
      fail(new Error(`The demo ended with ${code}:\n${said}`));
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    said: () => said,
    /** The process of one of its programs. */
    processOf: (program) => {
      const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ");
      return Number(children.find((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim() === program));
    },
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** A person at a browser of their own: profile, cookies and storage are shared with nobody. */
export async function openBrowser(demo, options = {}) {
  mkdirSync(output, { recursive: true });
  const profile = mkdtempSync(join(tmpdir(), "hallpass-profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? chromiumShell,
    args: browserFlags,
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/Amsterdam",
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const faults = [];
  const watch = (page) => {
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      // A refused request is logged by the browser itself; what the tests expect is not a fault.
      const text = message.text();
      if (message.type() === "error" && !text.startsWith("Failed to load resource")) faults.push(text);
    });
  };
  context.pages().forEach(watch);
  context.on("page", watch);
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    page,
    context,
    /** Errors in the pages' consoles, violations of the content security policy included. */
    faults,
    goto: (path) => page.goto(demo.url + path),
    signIn: async (user) => {
      await page.goto(demo.url);
      await page.locator(`[data-user=${user}]`).click();
      await page.waitForURL(/\/(parcels|tickets)$/);
    },
    picture: async (name, of = page) => {
      await of.evaluate(() => scrollTo(0, 0));
      await of.screenshot({ path: join(output, `${name}.png`), fullPage: true, animations: "disabled" });
    },
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** A call from within a page, with its cookie: `{ status, body }`. */
export function call(page, method, path, body, headers = {}) {
  return page.evaluate(
    async ({ method, path, body, headers }) => {
      const response = await fetch(path, {
        method,
        headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json().catch(() => null) };
    },
    { method, path, body, headers },
  );
}

/** The act-as token of a tab, or null. */
export function tokenOf(page) {
  return page.evaluate(() => JSON.parse(sessionStorage.getItem("hallpass.acting") ?? "null")?.token ?? null);
}

/** A request to the edge as an act-as client makes it, without any cookie. */
export async function actAs(demo, token, path, init = {}) {
  const response = await fetch(demo.url + path, {
    ...init,
    headers: { Authorization: `Bearer ${token}`, ...init.headers },
  });
  return { status: response.status, body: await response.json().catch(() => null) };
}
