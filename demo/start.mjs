// Starts the demo: hallpassd on a new SQLite file, the application behind it, and the edge in front.
// HALLPASS_PORT (8787) is the edge's; the two after it are hallpassd's and the application's.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import workerd from "workerd";
import { workerdConfig } from "./edge/config.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const hallpassd = process.env.HALLPASSD ?? join(root, "build/native/server/hallpassd");
const port = Number(process.env.HALLPASS_PORT ?? 8787);
const audience = "hallpass";
const readyWithinMs = 30_000;
const stopWithinMs = 5_000;
const againAfterMs = 1_000;

if (!Number.isInteger(port) || port < 1 || port > 65_533) {
  console.error("HALLPASS_PORT must be a port number from 1 to 65533; the two ports after it are used as well.");
  process.exit(2);
}

const ports = { edge: port, hallpassd: port + 1, app: port + 2 };
const publicUrl = `http://127.0.0.1:${ports.edge}`;
const folder = mkdtempSync(join(tmpdir(), "hallpass-demo-"));
const database = `sqlite:${join(folder, "hallpass.db")}`;
const edgeSecret = randomBytes(32).toString("base64url");
// The configuration embeds the worker by a relative path, so it lies beside it.
const config = join(here, "dist/edge", `workerd-${port}.capnp`);
const children = [];
let stopping = null;

/** Runs a program to its end. */
function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${program} ${args[0]} failed (${code})`))));
  });
}

/** Starts a part of the demo; where one gives up, all end. One that was killed is started again, as by systemd. */
function start(name, program, args, env = {}) {
  if (stopping !== null) return;
  const child = spawn(program, args, {
    detached: true, // Ctrl+C at a terminal reaches this process alone, which then ends the parts in order
    stdio: ["ignore", process.env.HALLPASS_DEMO_LOG ? "inherit" : "ignore", "inherit"],
    env: { ...process.env, ...env },
  });
  const part = { name, child, ended: false, exit: null };
  part.exit = new Promise((resolve) => {
    const over = (why) => {
      if (part.ended) return;
      part.ended = true;
      resolve();
      children.splice(children.indexOf(part), 1);
      if (stopping !== null) return;
      if (typeof why === "string" && why.startsWith("SIG")) setTimeout(() => start(name, program, args, env), againAfterMs);
      else void stop(1, `${name} ended by itself (${why}).`);
    };
    child.once("error", (error) => over(error.message));
    child.once("exit", (code, signal) => over(signal ?? code));
  });
  children.push(part);
}

/** Ends what was started, last first, and takes the database away. */
function stop(code, why) {
  stopping ??= (async () => {
    if (why !== undefined) console.error(why);
    for (const { child, exit, ended } of [...children].reverse()) {
      if (ended) continue;
      child.kill("SIGTERM");
      const hard = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
      await exit;
      clearTimeout(hard);
    }
    rmSync(folder, { recursive: true, force: true });
    rmSync(config, { force: true });
    process.exit(code);
  })();
  return stopping;
}

/** Waits until an address answers as it should, within the deadline that all share. */
async function ready(url, answers, deadline) {
  for (;;) {
    try {
      if (answers((await fetch(url, { signal: AbortSignal.timeout(1_000) })).status)) return;
    } catch {
      // Not listening yet.
    }
    if (stopping !== null) return stopping;
    if (Date.now() > deadline) throw new Error(`${url} did not answer within ${readyWithinMs / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void stop(0));

try {
  await run(hallpassd, ["import", join(here, "data.jsonl"), "--database", database]);
  start("hallpassd", hallpassd, [
    "serve", "--demo",
    "--listen", "127.0.0.1",
    "--port", String(ports.hallpassd),
    "--database", database,
    "--static", join(here, "dist/site"),
    "--public-url", publicUrl,
    "--app-url", publicUrl,
    "--audience", audience,
  ]);
  start("the application", process.execPath, [join(here, "app/main.mjs")], {
    HALLPASS_APP_PORT: String(ports.app),
    HALLPASSD_URL: `http://127.0.0.1:${ports.hallpassd}`,
    DEMO_EDGE_SECRET: edgeSecret,
  });
  writeFileSync(config, workerdConfig({
    port: ports.edge, hallpassdPort: ports.hallpassd, appPort: ports.app, issuer: publicUrl, audience,
  }));
  start("the edge", workerd.default, ["serve", config], { DEMO_EDGE_SECRET: edgeSecret });

  const deadline = Date.now() + readyWithinMs;
  await ready(`http://127.0.0.1:${ports.hallpassd}/healthz`, (status) => status === 200, deadline);
  await ready(`http://127.0.0.1:${ports.app}/app/account`, (status) => status === 403, deadline);
  await ready(`${publicUrl}/healthz`, (status) => status === 200, deadline);
  console.log(`Hallpass demo: ${publicUrl}\nSign in as Piet in one browser profile and as Jan in another. Ctrl+C ends it.`);
} catch (problem) {
  await stop(1, problem.message);
}
