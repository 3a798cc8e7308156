// The path in Debian's Firefox: what another engine than Chromium's could do otherwise. Puppeteer drives it by
// WebDriver BiDi; both people are in one browser, each in a container of cookies and storage of their own.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import puppeteer from "puppeteer-core";
import { violations } from "./axe.mjs";
import { actAs, output, startDemo, tokenOf } from "./stage.mjs";

const reason = "The Achterveld is missing from your map; I would like to see what you see.";
const ticket = "/tickets/T-1";
const withinMs = 20_000;

let demo;
let browser;
let piet;
let jan;

const faults = [];

async function signIn(user) {
  const page = await (await browser.createBrowserContext()).newPage();
  page.setDefaultTimeout(withinMs);
  page.on("pageerror", (error) => faults.push(`${user}: ${error.message}`));
  await page.setViewport({ width: 1280, height: 800 });
  await page.goto(demo.url);
  await page.locator(`[data-user=${user}]`).click();
  await page.waitForFunction(() => /\/(parcels|tickets)$/.test(location.pathname));
  await page.goto(demo.url + ticket);
  return page;
}

/** Something within an element's shadow root. */
const inside = (page, element, selector) => page.locator(`hallpass-${element} >>> ${selector}`);
async function press(page, element, name) {
  await page.bringToFront(); // a tab behind another draws no frames, and Puppeteer waits for two
  await inside(page, element, `button[part~="${name}"]:not([aria-disabled])`).click()
    .catch((cause) => assert.fail(`${element} has no ${name} to press: ${cause.message}`));
}

/** Waits until an element says something. */
const says = (page, element, pattern) => page.waitForFunction(
  (name, source) => new RegExp(source).test(document.querySelector(`hallpass-${name}`)?.shadowRoot?.textContent.replace(/\s+/g, " ") ?? ""),
  {}, element, pattern.source,
).catch((cause) => assert.fail(`${element} does not say ${pattern}: ${cause.message}`));

async function look(page, name) {
  await page.screenshot({ path: join(output, `firefox-${name}.png`), fullPage: true });
  assert.deepEqual(await violations(page), [], name);
}

before(async () => {
  mkdirSync(output, { recursive: true });
  demo = await startDemo();
  browser = await puppeteer.launch({
    browser: "firefox", executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr", headless: true,
    env: { ...process.env, TZ: "Europe/Amsterdam" }, extraPrefsFirefox: { "intl.accept_languages": "en-GB, en" },
  });
  [piet, jan] = [await signIn("piet"), await signIn("jan")];
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

test("asked, agreed to, acted, changed and withdrawn in Firefox", async () => {
  await press(jan, "agent-panel", "request");
  await inside(jan, "agent-panel", "textarea").fill(reason);
  await press(jan, "agent-panel", "send");

  await says(piet, "consent-prompt", /Support agent .?Jan.? would like to look into your account/);
  await says(piet, "consent-prompt", /1 week.*Ends \w+ \d+ \w+, 00:00 CES?T/);
  await look(piet, "asked");
  await press(piet, "consent-prompt", "one_week");
  await says(piet, "consent-prompt", /You have given Jan access through \d+ \w+\./);

  await says(jan, "agent-panel", /Access through \d+ \w+/);
  await press(jan, "agent-panel", "impersonate");
  await press(jan, "agent-panel", "start");
  await jan.waitForFunction(() => location.pathname === "/parcels");
  await says(jan, "banner", /Impersonating: Piet de Boer \(piet@example\.nl\).*Ends in (30:00|29:\d\d)\./);
  await says(jan, "banner", /Ends in 29:\d\d\./); // it counts
  await look(jan, "acting");
  const token = await tokenOf(jan);
  assert.equal((await actAs(demo, token, "/app/parcels")).status, 200);

  await says(piet, "consent-prompt", /Jan is looking into your account right now\./);
  await press(piet, "consent-prompt", "change");
  await press(piet, "consent-prompt", "end_of_today");
  await says(piet, "consent-prompt", /You have given Jan access through/);
  await press(piet, "consent-prompt", "withdraw");
  await says(piet, "consent-prompt", /You have withdrawn access\./);
  await jan.waitForFunction(() => document.querySelector("hallpass-banner")?.shadowRoot?.querySelector(".bar") === null);
  assert.equal(await tokenOf(jan), null);
  assert.equal((await actAs(demo, token, "/app/parcels")).body.error, "TOKEN_REVOKED");
  await look(piet, "withdrawn");
  assert.deepEqual(faults, []);
});
