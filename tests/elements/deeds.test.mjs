// What people do with the elements and what hosts rely on: a deed is done once, hostile text stays
// text, names reach a screen reader, a keyboard is enough, and without JavaScript there is a way too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { serveGallery, strictPolicy } from "./gallery.mjs";
import { openBrowser } from "../browser/stage.mjs";

const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../js/dist/custom-elements.json"), "utf8"));

let gallery;
let viewer;
let page;
let answered;

/** A page that a person without JavaScript can use; the script takes over where there is one. */
const fallback = `<!doctype html><html lang="en"><title>Ticket</title>
<script type="module" src="/js/elements.js"></script>
<hallpass-consent-prompt ticket-id="T-1">
  <form method="post" action="/answer">
    <p>Jan would like to look into your account.</p>
    <button name="preset" value="end_of_today">Until the end of today</button>
    <button name="preset" value="decline">Decline</button>
  </form>
</hallpass-consent-prompt>`;

function route(request, response) {
  if (request.url === "/fallback") {
    response.writeHead(200, { "Content-Type": "text/html", "Content-Security-Policy": strictPolicy }).end(fallback);
  } else if (request.url === "/answer") {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", () => {
      answered = body;
      response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Thank you</title>");
    });
  } else return false;
  return true;
}

before(async () => {
  gallery = await serveGallery(route);
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
  assert.deepEqual(viewer.faults.splice(0), []);
});

async function open() {
  await page.goto(`${gallery.url}/gallery/page.html`);
  await page.waitForFunction(() => globalThis.gallery !== undefined);
}

async function show(component, name) {
  await open();
  await page.evaluate(([what, which]) => globalThis.gallery.show(what, [which]), [component, name]);
}

const part = (component, name) => page.locator(`hallpass-${component} button[part~="${name}"]`);
const calls = (path) =>
  page.evaluate((end) => globalThis.gallery.server.calls.filter(({ asked }) => asked.startsWith("POST") && asked.endsWith(end)), path);

/** A state that leads to the deed, the button, and the call that must be made once. */
const deeds = [
  ["consent-prompt", "answering", "end_of_tomorrow", "/g-1/grant"],
  ["consent-prompt", "declining", "decline", "/g-1/decline"],
  ["consent-prompt", "withdrawing", "withdraw", "/g-1/revoke"],
  ["consent-prompt", "changing: under way", "keep", "/g-1/amend"],
  ["agent-panel", "sending", "send", "/grants"],
  ["agent-panel", "handing back", "give-up", "/g-1/revoke"],
  ["start-dialog", "starting", "start", "/support-sessions"],
  ["sessions", "ending", "end-s-1", "/s-1/end"],
  ["users", "ban under way", "confirm", "/els/ban"],
  ["notifications", "marking", "read", "/read"],
];

test("no deed is doubled, however often its button is pressed, and it shows that it is under way", async () => {
  for (const [component, name, button, path] of deeds) {
    await show(component, name); // the first press has happened
    const pressed = part(component, button);
    assert.equal(await pressed.getAttribute("aria-busy"), "true", name);
    await pressed.dblclick({ force: true });
    await pressed.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    assert.equal((await calls(path)).length, 1, `${component}: ${name}`);
    const others = await page.locator(`hallpass-${component} button[part~=button]:not([aria-disabled], [part~=view-only]):visible`).count();
    assert.equal(others, 0, `${component}: ${name} leaves other buttons on`);
  }
});

test("a call that got no answer is sent once more under the same key", async () => {
  await show("consent-prompt", "unreachable");
  const sent = await calls("/g-1/grant");
  assert.equal(sent.length, 2);
  assert.match(sent[0].key, /^[0-9a-f]{32}$/);
  assert.equal(sent[0].key, sent[1].key);
  await part("consent-prompt", "end_of_today").click(); // a new press is a new deed
  await page.waitForFunction(() => globalThis.gallery.server.calls.filter(({ asked }) => asked.endsWith("/grant")).length === 4);
  assert.notEqual((await calls("/g-1/grant"))[2].key, sent[0].key);
});

test("hostile text is text, and turns nothing around but itself", async () => {
  await show("consent-prompt", "hostile text");
  const prompt = page.locator("hallpass-consent-prompt");
  const title = await prompt.locator("#title").innerText();
  assert.doesNotMatch(title, /[\u202a-\u202e]/, "a name steers no direction");
  assert.match(title, /^Support agent \u2068Jan <img src=x onerror="document\.title='run'"> \u05d3\u05d5\u05d3\u2069 would like to look/);
  assert.equal(await prompt.locator("img, script").count(), 0);
  assert.match(await prompt.locator("blockquote").innerText(), /^<script>/);
  assert.equal(await prompt.locator("blockquote").getAttribute("dir"), "auto");
  assert.notEqual(await page.title(), "run");
  assert.equal(await prompt.locator(".face").innerText(), "J");
});

test("nothing is preselected in favour of access: no date, no preset pressed, and silence gives nothing", async () => {
  await show("consent-prompt", "picking a date");
  assert.equal(await page.locator("hallpass-consent-prompt #date").inputValue(), "");
  assert.equal(await part("consent-prompt", "date").getAttribute("aria-disabled"), "true");
  await page.locator("hallpass-consent-prompt #date").press("Enter");
  assert.deepEqual(await calls("/grant"), []);
});

test("view only sends the scopes that look, with the exact end that was shown", async () => {
  await show("consent-prompt", "view only");
  await part("consent-prompt", "one_week").click();
  const [{ body: { shown, ...body } }] = await calls("/g-1/grant");
  // What was read goes along, word for word, for the receipt.
  for (const words of ["would like to look into your account", "You can withdraw access at any time."]) assert.ok(shown.text.includes(words), shown.text);
  assert.equal(shown.locale, "en-GB");
  assert.deepEqual(body, {
    preset: "one_week", scopes: ["parcels:read", "tickets:read"], timeZone: "Europe/Amsterdam", expectedUntil: "2026-05-13T22:00:00.000Z",
  });
});

test("a change sends what was changed: an end as it was shown, fewer scopes, or both", async () => {
  await show("consent-prompt", "changing");
  assert.equal(await part("consent-prompt", "keep").getAttribute("aria-disabled"), "true", "there is nothing to change yet");
  await part("consent-prompt", "one_week").click();
  const sent = async () => (await calls("/g-1/amend")).map(({ body: { shown, ...body } }) => [body, shown.text.includes("Change the access")]);
  assert.deepEqual(await sent(), [
    [{ preset: "one_week", timeZone: "Europe/Amsterdam", expectedUntil: "2026-05-13T22:00:00.000Z" }, true],
  ]);
  await show("consent-prompt", "changing");
  await part("consent-prompt", "view-only").click();
  await part("consent-prompt", "keep").click();
  assert.deepEqual(await sent(), [[{ scopes: ["parcels:read", "tickets:read"] }, true]], "the end stays");
  await show("consent-prompt", "changing: less, by a date");
  await part("consent-prompt", "date").click();
  assert.deepEqual(await sent(), [[{
    date: "2026-05-12", scopes: ["parcels:read", "tickets:read"], timeZone: "Europe/Amsterdam", expectedUntil: "2026-05-12T22:00:00.000Z",
  }, true]]);
});

/** Presses Tab until a button of that name has the focus. */
async function tabTo(name) {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return at?.id || at?.textContent.trim();
    });
    if (focused === name) return;
  }
  assert.fail(`the keyboard does not reach ${name}`);
}

test("a keyboard is enough to untick, to pick a date and to decline", async () => {
  await show("consent-prompt", "asked");
  await tabTo("View only");
  await page.keyboard.press("Space");
  await tabTo("Pick a date");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("hallpass-consent-prompt").shadowRoot.activeElement?.id === "date");
  await page.keyboard.type("05122026"); // as the field's own parts are filled
  await page.locator("hallpass-consent-prompt #date-end .exact").waitFor();
  await tabTo("Give access");
  await page.keyboard.press("Enter");
  const [{ body }] = await calls("/g-1/grant");
  assert.deepEqual([body.date, body.expectedUntil], ["2026-05-12", "2026-05-12T22:00:00.000Z"]);
  await show("consent-prompt", "asked");
  await tabTo("Decline");
  await page.keyboard.press("Space");
  assert.equal((await calls("/g-1/decline")).length, 1);
});

test("the accessibility tree has a name for everything that can be pressed, and the end of each choice", async () => {
  await show("consent-prompt", "asked");
  const session = await viewer.context.newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const named = (role) => nodes.filter((node) => node.role?.value === role && !node.ignored)
    .map(({ name, description }) => [name?.value ?? "", description?.value ?? ""]);
  const buttons = named("button");
  assert.deepEqual(buttons.map(([name]) => name).sort(), ["1 week", "Decline", "Pick a date", "Today", "Tomorrow", "View only"]);
  const described = Object.fromEntries(buttons);
  assert.match(described.Today, /through 6 May.*Ends Thu 7 May, 00:00 CEST/);
  assert.match(described["1 week"], /through 13 May.*Ends Thu 14 May, 00:00 CEST/);
  assert.deepEqual(named("checkbox").map(([name]) => name), ["View parcels", "Change parcels", "View tickets"]);
  assert.deepEqual(named("region").map(([name]) => name).filter(Boolean), [
    "Support agent Jan would like to look into your account to solve your problem. Until when do you want to give access?",
  ]);
});

test("without JavaScript what stands between the tags works; with it, the element takes its place", async () => {
  const plain = await openBrowser({ url: gallery.url }, { javaScriptEnabled: false });
  try {
    await plain.goto("/fallback");
    const today = plain.page.getByRole("button", { name: "Until the end of today" });
    await today.click();
    await plain.page.waitForURL(/answer$/);
    assert.equal(answered, "preset=end_of_today");
  } finally {
    await plain.close();
  }
  await page.goto(`${gallery.url}/fallback`);
  await page.waitForFunction(() => customElements.get("hallpass-consent-prompt") !== undefined);
  assert.equal(await page.getByRole("button", { name: "Until the end of today", includeHidden: true }).isVisible(), false);
  assert.equal(await page.getByRole("button").count(), 0, "nor can a screen reader find it");
});

test("the manifest tells each element with the attributes that it has", async () => {
  await open();
  const told = Object.fromEntries(manifest.modules[0].declarations.map(({ tagName, attributes }) => [
    tagName, attributes.map(({ name }) => name).sort(),
  ]));
  const real = await page.evaluate((names) => Object.fromEntries(names.map((name) => [
    name, [...customElements.get(name).observedAttributes].sort(),
  ])), Object.keys(told));
  assert.deepEqual(told, real);
  const exported = await page.evaluate(async () => Object.keys(await import("/js/elements.js")).filter((name) => name.startsWith("Hallpass")));
  assert.deepEqual(manifest.modules[0].declarations.map(({ name }) => name).sort(), exported.sort());
  for (const { tagName, cssParts, events = [] } of manifest.modules[0].declarations) {
    assert.ok(cssParts.every(({ name, description }) => /^[a-z-]+$/.test(name) && description !== ""), tagName);
    assert.ok(events.every(({ type }) => /^CustomEvent<\w+>$/.test(type.text)), tagName);
  }
});

test("one timer serves the banner and every other element of the page", async () => {
  await page.addInitScript(() => {
    const waiting = new Map();
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    globalThis.timers = waiting;
    globalThis.setTimeout = (call, ms, ...rest) => {
      const id = set(() => {
        waiting.delete(id);
        call(...rest);
      }, ms);
      waiting.set(id, ms);
      return id;
    };
    globalThis.clearTimeout = (id) => {
      waiting.delete(id);
      clear(id);
    };
  });
  await open();
  await page.evaluate(async () => {
    await globalThis.gallery.show("sessions", ["two", "details"]);
    await globalThis.gallery.show("consent-prompt", ["granted", "asked"]);
    await globalThis.gallery.act({ offsetMs: globalThis.gallery.now - Date.now() });
    await new Promise((next) => setTimeout(next, 50));
  });
  await page.locator("hallpass-banner .bar").waitFor();
  // Streams look out for silence after 40 s, and the gallery for states that are not reached.
  const ticking = await page.evaluate(() => [...globalThis.timers.values()].filter((ms) => ms < 9_000).length);
  assert.ok(ticking <= 1, `${ticking} timers tick`);
});

test("isActingAs and hallpass:session tell a host when to keep still", async () => {
  await open();
  const told = await page.evaluate(async () => {
    const { beginActing, finishActing, isActingAs } = await import("/js/client.js");
    const seen = [isActingAs()];
    document.addEventListener("hallpass:session", ({ detail }) => seen.push([detail.acting, detail.end, detail.session.id, isActingAs()]));
    const server = globalThis.gallery.act({ offsetMs: globalThis.gallery.now - Date.now() });
    seen.push(isActingAs());
    finishActing("revoked");
    return { seen, loaded: typeof beginActing, server: typeof server };
  });
  assert.deepEqual(told.seen, [false, [true, undefined, "s-1", true], true, [false, "revoked", "s-1", false]]);
});
