// The banner's time: right with a wrong device clock, after sleep and in a background tab, told
// aloud twice, and over when the session is. Clocks and server are the test's own.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { serveGallery } from "./gallery.mjs";
import { violations } from "../browser/axe.mjs";
import { openBrowser, output } from "../browser/stage.mjs";

const start = Date.parse("2026-05-06T12:17:00Z");
const hour = 3_600_000;
const folder = join(output, "states");

let gallery;
let viewer;
let page;

before(async () => {
  mkdirSync(folder, { recursive: true });
  gallery = await serveGallery();
  viewer = await openBrowser({ url: gallery.url });
});

after(async () => {
  await viewer?.close();
  await gallery?.stop();
});

beforeEach(async () => {
  page = await viewer.context.newPage();
});

afterEach(async () => {
  await page.close();
  assert.deepEqual(viewer.faults, []);
});

/**
 * Opens a page whose device clock is wrong by `wrongMs`, and acts in it: the session has 25 minutes
 * left. The server's time runs with the page's steady clock, and with what `sleep` adds.
 */
async function act({ wrongMs = 0, ...options } = {}) {
  await page.clock.install({ time: start + wrongMs });
  await page.clock.pauseAt(start + wrongMs + 1000);
  await page.goto(`${gallery.url}/gallery/page.html`);
  await page.waitForFunction(() => globalThis.gallery !== undefined, undefined, { polling: 50 });
  await page.evaluate(([startsAt, wrong, how]) => {
    const { server, act } = globalThis.gallery;
    const steady = performance.now();
    server.slept = 0;
    server.now = () => startsAt + performance.now() - steady + server.slept;
    globalThis.acting = act({ ...how, offsetMs: startsAt - Date.now() });
  }, [start, wrongMs, options]);
  // The core is loaded outside the page's clock.
  await page.waitForFunction(() => {
    const root = document.querySelector("hallpass-banner").shadowRoot;
    return /\d+:\d\d/.test(root.querySelector("time")?.textContent ?? "");
  }, undefined, { polling: 50 });
}

const bar = () => page.locator("hallpass-banner .bar");
const left = async () => {
  const found = /(\d+):(\d\d)/.exec(await page.locator("hallpass-banner time").innerText());
  return Number(found[1]) * 60 + Number(found[2]);
};
const near = (seconds, expected) =>
  assert.ok(Math.abs(seconds - expected) <= 1, `${seconds} s are shown, ${expected} s are left`);

/** The server's own opinion, in seconds. */
const trueLeft = () =>
  page.evaluate(() => (Date.parse(globalThis.gallery.session.expiresAt) - globalThis.gallery.server.now()) / 1000);

for (const [name, wrongMs] of [["three hours fast", 3 * hour], ["a day slow", -24 * hour], ["right", 0]]) {
  test(`a device clock that is ${name}: the countdown is the server's`, async () => {
    await act({ wrongMs });
    near(await left(), 1500);
    await page.clock.runFor(60_000);
    near(await left(), await trueLeft());
    await page.clock.runFor(1438_000);
    assert.equal(await bar().count(), 1, "there until the last second");
    await page.clock.runFor(3_000);
    assert.equal(await bar().count(), 0, "and gone within one");
    assert.equal(await page.evaluate(() => sessionStorage.getItem("hallpass.acting")), null);
  });
}

test("a device clock that is set while acting changes nothing for longer than a second", async () => {
  await act();
  await page.clock.setSystemTime(start + 5 * hour);
  await page.clock.runFor(1_100);
  assert.equal(await bar().count(), 1);
  near(await left(), await trueLeft());
  await page.clock.setSystemTime(start - 5 * hour);
  await page.clock.runFor(1_100);
  near(await left(), await trueLeft());
});

test("after ten minutes of sleep the countdown is right within a second", async () => {
  await act();
  // The steady clock stood still, the device's went on, and so did the server's.
  const slept = await page.evaluate(() => {
    globalThis.gallery.server.slept += 600_000;
    return Date.now() + 600_000;
  });
  await page.clock.setSystemTime(slept);
  await page.evaluate(() => document.dispatchEvent(new Event("resume")));
  await page.clock.runFor(1_000);
  near(await left(), await trueLeft());
  near(await left(), 1500 - 600 - 1);
});

test("a sleep that outlasts the session ends it on waking", async () => {
  await act();
  const slept = await page.evaluate(() => {
    globalThis.gallery.server.slept += 3_600_000;
    return Date.now() + 3_600_000;
  });
  await page.clock.setSystemTime(slept);
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await page.clock.runFor(1_000);
  assert.equal(await bar().count(), 0);
});

test("a tab in the background, whose timers are held back, is right when it is looked at", async () => {
  await act();
  await page.clock.fastForward(9 * 60_000); // due timers fire once, as in a tab that was frozen
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.clock.runFor(50);
  near(await left(), await trueLeft());
});

test("a screen reader hears of five minutes and of one, and of the end: nothing else", async () => {
  await act();
  await page.evaluate(() => {
    globalThis.heard = [];
    const said = document.querySelector("hallpass-banner").shadowRoot.querySelector("p[role=status]");
    const listen = () => globalThis.heard.push(said.textContent);
    new MutationObserver(listen).observe(said, { childList: true, characterData: true, subtree: true });
  });
  await page.clock.runFor(1_502_000);
  const heard = await page.evaluate(() => globalThis.heard);
  assert.deepEqual(heard, [
    "5 minutes left in this account.", "One minute left in this account.", "Access to this account has ended.",
  ]);
});

test("the ticking number is no live region", async () => {
  await act();
  const time = page.locator("hallpass-banner time");
  assert.deepEqual([await time.getAttribute("role"), await time.getAttribute("aria-live")], ["timer", "off"]);
  const tree = await page.locator("hallpass-banner").ariaSnapshot();
  assert.match(tree, /region "Acting in somebody's account"/);
  assert.match(tree, /Impersonating: Piet de Boer \(piet@example\.nl\)/);
  assert.match(tree, /button "Stop"/);
});

test("nobody can dismiss it, it covers nothing, and a lost connection is said", async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  await act();
  await page.keyboard.press("Escape");
  assert.deepEqual(await page.locator("hallpass-banner button").allInnerTexts(), ["Stop"]);
  const [banner, main] = await Promise.all(["hallpass-banner", "main"].map((each) => page.locator(each).boundingBox()));
  assert.ok(banner.y === 0 && main.y >= banner.height, "the page begins below it");
  await page.evaluate(() => globalThis.acting.hangUp("down"));
  await page.clock.runFor(3_000);
  await page.locator("hallpass-banner").getByText("Connection lost, trying again…").waitFor();
  await page.screenshot({ path: join(folder, "banner--connection-lost-narrow.png"), animations: "disabled" });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
});

test("every state of it: pictures, and nothing for axe to complain about", async () => {
  await act();
  for (const [name, scheme, dir, zoom] of [
    ["counting", "light", "ltr", "1"], ["dark", "dark", "ltr", "1"], ["mirrored", "light", "rtl", "1"], ["zoomed", "light", "ltr", "2"],
  ]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.evaluate(([toDir, toZoom]) => {
      document.documentElement.dir = toDir;
      document.documentElement.style.zoom = toZoom;
    }, [dir, zoom]);
    await page.screenshot({ path: join(folder, `banner--${name}.png`), animations: "disabled" });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth), false, name);
    let looking = true;
    const scan = violations(page).finally(() => (looking = false));
    while (looking) await page.clock.runFor(500); // axe waits by timers too
    assert.deepEqual(await scan, [], name);
  }
  await page.evaluate(() => document.querySelector("hallpass-banner").setAttribute("viewing-as", "Agency A → Subaccount A2"));
  await page.getByText("Viewing as Agency A → Subaccount A2.").waitFor();
  await page.screenshot({ path: join(folder, "banner--viewing-as.png") });
});

test("[Stop] shows that it is at work, works once, and the tab stops acting even where nobody answers", async () => {
  await act();
  await page.evaluate(() => {
    globalThis.gallery.server.calls.length = 0;
  });
  const stop = page.locator("hallpass-banner").getByRole("button", { name: "Stop" });
  await stop.dblclick();
  const ends = await page.evaluate(() => globalThis.gallery.server.calls.filter(({ asked }) => asked.endsWith("/end")).length);
  assert.equal(ends, 1);
  assert.equal(await bar().count(), 0);
});
