// A user keeps the receipt of what they agreed to: saved with the keyboard alone, and checked in a browser that reaches nobody.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { call, openBrowser, startDemo } from "./stage.mjs";

const dist = resolve(import.meta.dirname, "../../js/dist");
const types = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
const languages = {
  "en-GB": { save: "Save receipt", today: "Today", withdraw: "Withdraw access", question: "would like to look into your account" },
  "nl-NL": { save: "Ontvangstbewijs opslaan", today: "Vandaag", withdraw: "Toegang intrekken", question: "wil meekijken in uw account" },
};

let demo;
before(async () => {
  demo = await startDemo();
});
after(() => demo?.stop());

/** Presses Tab until the button of that name has the focus. */
async function tabTo(page, name) {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.textContent.trim();
    });
    if (focused?.startsWith(name)) return;
  }
  assert.fail(`the keyboard does not come to ${name}`);
}

async function saved(piet, name) {
  await tabTo(piet.page, name);
  const [download] = await Promise.all([piet.page.waitForEvent("download"), piet.page.keyboard.press("Enter")]);
  assert.match(download.suggestedFilename(), /^hallpass-receipt-rc_[\w-]+\.jwt$/);
  return readFileSync(await download.path(), "utf8");
}

/** `verifyReceipt` of the package, in a page whose every request ends here. */
async function verifiedOffline(piet, receipt, keys) {
  const page = await piet.context.newPage();
  await page.route("**/*", (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === "/") return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>offline</title>" });
    return route.fulfill({ contentType: types[extname(path)], body: readFileSync(join(dist, path)) });
  });
  await page.goto("https://offline.test/");
  const results = await page.evaluate(
    async ([text, jwks]) => {
      const { verifyReceipt } = await import("/browser/index.js");
      const other = text.split(".").with(1, btoa("{}").replaceAll("=", "")).join(".");
      const spelt = (change) => verifyReceipt(text, { keys: jwks.keys.map((key) => ({ ...key, ...change })) });
      return [await verifyReceipt(text, jwks), await verifyReceipt(other, jwks), await spelt({ kid: "another" }), await verifyReceipt("", jwks)];
    },
    [receipt, keys],
  );
  await page.close();
  return results;
}

for (const [locale, words] of Object.entries(languages)) {
  test(`what was read and agreed to is in the receipt, in ${locale}`, async (t) => {
    const [piet, jan] = await Promise.all([openBrowser(demo, { locale, acceptDownloads: true }), openBrowser(demo)]);
    t.after(() => Promise.all([piet.close(), jan.close()]));
    await jan.signIn("jan");
    await piet.signIn("piet");
    const ticketId = `T-receipt-${locale}`;
    const asked = await call(jan.page, "POST", "/api/v1/support-access/grants", {
      tenantId: "de-akker", targetUserId: "piet", ticketId, reason: "The parcel does not show", scopes: ["parcels:read"],
    });
    assert.equal(asked.status, 201, JSON.stringify(asked.body));
    await piet.goto("/access");
    const prompt = piet.page.locator("hallpass-consent-prompt");
    await prompt.locator("#end_of_today-end .exact").first().waitFor();
    await tabTo(piet.page, words.today);
    await piet.page.keyboard.press("Enter");
    await prompt.getByRole("button", { name: words.withdraw }).waitFor();
    await piet.picture(`receipt-${locale}`);

    const keys = (await call(piet.page, "GET", "/.well-known/receipt-keys.json")).body;
    const given = await saved(piet, words.save);
    const [holds, other, key, empty] = await verifiedOffline(piet, given, keys);
    assert.ok(holds.ok, JSON.stringify(holds));
    for (const refused of [other, key, empty]) assert.equal(refused.ok, false);
    const record = holds.receipt["dpv:hasRecordOfActivity"];
    assert.equal(record["dct:identifier"], asked.body.id);
    const notice = record["dpv:hasNotice"];
    assert.equal(notice["dct:language"], locale);
    for (const part of [words.question, "The parcel does not show", words.today]) {
      assert.ok(notice["dct:description"].includes(part), notice["dct:description"]);
    }
    await prompt.getByRole("button", { name: words.withdraw }).click();
    await prompt.locator(".given").waitFor({ state: "detached" });
    assert.deepEqual([...piet.faults, ...jan.faults], []);
  });
}
