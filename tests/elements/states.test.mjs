// Every component in every state: pictures, axe, and layouts that hold in both themes, both
// directions, at 200 % and on 320 px, all under the strictest policy.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serveGallery } from "./gallery.mjs";
import { violations } from "../browser/axe.mjs";
import { openBrowser, output } from "../browser/stage.mjs";

// The gallery shows one landmark in many states; the demo's pages are looked at with both rules.
const shown = { within: "main", except: ["landmark-unique", "duplicate-id-aria"] };
const folder = join(output, "states");

let gallery;
let viewer;
let page;

before(async () => {
  mkdirSync(folder, { recursive: true });
  gallery = await serveGallery();
  viewer = await openBrowser({ url: gallery.url });
  ({ page } = viewer);
  await open();
});

after(async () => {
  await viewer?.close();
  await gallery?.stop();
});

async function open() {
  await viewer.goto("/gallery/page.html");
  await page.waitForFunction(() => globalThis.gallery !== undefined);
}

const show = (component, names) =>
  page.evaluate(([what, which]) => globalThis.gallery.show(what, which), [component, names]);

/** How a page is looked at; each starts from the one before. */
const looks = {
  light: { lang: "en", dir: "ltr", scheme: "light", width: 1280, zoom: "1" },
  dark: { lang: "nl", dir: "ltr", scheme: "dark", width: 1280, zoom: "1" },
  zoomed: { lang: "nl", dir: "ltr", scheme: "light", width: 1280, zoom: "2" },
  narrow: { lang: "nl", dir: "ltr", scheme: "light", width: 320, zoom: "1" },
  mirrored: { lang: "en", dir: "rtl", scheme: "light", width: 320, zoom: "1" },
};

async function look({ lang, dir, scheme, width, zoom }) {
  await page.emulateMedia({ colorScheme: scheme });
  await page.setViewportSize({ width, height: 800 });
  await page.evaluate(([toLang, toDir, toZoom]) => {
    Object.assign(document.documentElement, { lang: toLang, dir: toDir });
    document.documentElement.style.zoom = toZoom;
    return new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  }, [lang, dir, zoom]);
}

/** What sticks out of the page or out of its own box, through shadow roots. */
const overflows = () =>
  page.evaluate(() => {
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`the page by ${root.scrollWidth - root.clientWidth} px`);
    const walk = (node) => {
      for (const each of node.querySelectorAll("*")) {
        if (each.shadowRoot) walk(each.shadowRoot);
        if (!each.matches("button, p, h2, dd, li, span, strong, td, th, label, summary, option") || each.closest(".sr, svg")) continue;
        const style = getComputedStyle(each);
        // A control character stands there as an escape, "\\8 ".
        if (/\\[0-9a-f]{1,2} /i.test(getComputedStyle(each, "::before").content)) found.push(`${each.tagName}::before is unreadable`);
        if (style.overflowX === "hidden" || style.overflowX === "auto" || each.clientWidth === 0) continue;
        if (style.display !== "inline" && each.scrollWidth > each.clientWidth + 1) found.push(`${each.tagName} "${each.textContent.trim().slice(0, 40)}"`);
      }
    };
    walk(document);
    return found;
  });

async function lookEveryWay(name) {
  for (const [way, how] of Object.entries(looks)) {
    await look(how);
    const path = join(folder, `${name}-${way}.jpeg`);
    await page.screenshot({ path, type: "jpeg", quality: 85, fullPage: how.zoom === "1", animations: "disabled" });
    assert.deepEqual(await overflows(), [], `${name}, ${way}`);
    assert.deepEqual(await violations(page, shown), [], `${name}, ${way}`);
  }
  await look(looks.light);
}

const components = [
  "consent-prompt", "agent-panel", "customer", "sessions", "users", "audit-log", "reports", "my-access", "notifications",
];

for (const component of components) {
  test(`${component}: every state`, async () => {
    await look(looks.light);
    await page.setViewportSize({ width: looks.light.width, height: 8_000 }); // what is on screen alone is checked
    await show(component);
    await lookEveryWay(component);
    assert.deepEqual(viewer.faults, []);
  });
}

test("what is wrong would be found", async () => {
  await show("customer");
  await page.evaluate(() => document.querySelector("main").append(document.createElement("input")));
  const found = await violations(page, shown);
  assert.equal(found.length, 1);
  assert.match(found[0], /^label: .*input/);
  await open();
});

test("start-dialog: every state", async () => {
  const names = await page.evaluate(() => Object.keys(globalThis.gallery.cases["start-dialog"]));
  for (const name of names) {
    await look(looks.light);
    await show("start-dialog", [name]);
    if (name === "refused") await lookEveryWay("start-dialog");
    await page.screenshot({ path: join(folder, `start-dialog--${name.replaceAll(" ", "-")}.png`), animations: "disabled" });
    assert.deepEqual(await violations(page, shown), [], name);
  }
  assert.deepEqual(viewer.faults, []);
});
