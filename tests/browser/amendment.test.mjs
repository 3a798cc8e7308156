// A user who amends their consent changes the running session at once, and only ever to less.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { actAs, call, openBrowser, startDemo, tokenOf } from "./stage.mjs";

const grants = "/api/v1/support-access/grants";
const sessions = "/api/v1/support-access/support-sessions";
const about = { tenantId: "de-akker", targetUserId: "piet", ticketId: "T-1", reason: "The parcel is not on the map" };
const scopes = ["parcels:read", "parcels:write", "tickets:read"];

let demo;
let piet;
let jan;

before(async () => {
  demo = await startDemo();
  [piet, jan] = await Promise.all([openBrowser(demo), openBrowser(demo)]);
  await piet.signIn("piet");
  await jan.signIn("jan");
});

after(async () => {
  await Promise.all([piet?.close(), jan?.close()]);
  await demo?.stop();
});

test("an amended grant narrows and shortens the session, which goes on under a new token", async () => {
  const { body: grant } = await call(jan.page, "POST", grants, { ...about, scopes });
  // Not today, which may have fewer than 30 minutes left.
  assert.equal((await call(piet.page, "POST", `${grants}/${grant.id}/grant`, { preset: "end_of_tomorrow" })).status, 200);
  const { body: started } = await call(jan.page, "POST", sessions, about);
  await jan.page.goto(started.uiSwitchUrl);
  await jan.page.waitForURL(`${demo.url}/parcels`);
  const banner = jan.page.locator("hallpass-banner");
  await banner.getByRole("timer").filter({ hasText: /Ends in (30:00|29:)/ }).waitFor();
  const before = await tokenOf(jan.page);

  const until = new Date(Date.now() + 10 * 60_000).toISOString();
  const amended = await call(piet.page, "POST", `${grants}/${grant.id}/amend`, {
    until, scopes: ["parcels:read", "tickets:read"],
  });
  assert.equal(amended.status, 200, JSON.stringify(amended.body));

  await banner.getByRole("timer").filter({ hasText: /Ends in (10:00|9:)/ }).waitFor();
  const refused = await actAs(demo, before, "/app/parcels");
  assert.deepEqual([refused.status, refused.body.error], [401, "TOKEN_REVOKED"], "the old token is worth nothing");

  await jan.page.getByRole("button", { name: /^Achterveld/ }).click();
  await jan.page.getByLabel("Outline: Achterveld").waitFor();
  await jan.page.getByRole("button", { name: "Save outline" }).click();
  await jan.page.getByText("The user has not allowed this.").waitFor();
  await jan.picture("30-narrowed");
  assert.notEqual(await tokenOf(jan.page), before);
  await banner.locator(".bar").waitFor();
});

test("[Stop] leads back to the ticket, ends the session for everybody, and works twice", async () => {
  const token = await tokenOf(jan.page);
  await jan.page.locator("hallpass-banner").getByRole("button", { name: "Stop" }).click();
  await jan.page.waitForURL(`${demo.url}/tickets/T-1`);
  assert.equal(await tokenOf(jan.page), null);
  await jan.page.locator("hallpass-agent-panel").getByText(/Access through/).waitFor();
  const refused = await actAs(demo, token, "/app/parcels");
  assert.deepEqual([refused.status, refused.body.error], [401, "TOKEN_REVOKED"]);
  const { body } = await call(jan.page, "GET", `${sessions}/active`);
  assert.deepEqual(body.items, []);
  const { sid } = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
  const again = await call(jan.page, "POST", `${sessions}/${sid}/end`, { reason: "completed" });
  assert.deepEqual([again.status, again.body.status], [200, "stopped"]);
});

test("the user changes access where they gave it: another end, then less, and the agent sees it", async () => {
  await Promise.all([piet.goto("/tickets/T-1"), jan.goto("/tickets/T-1")]);
  const prompt = piet.page.locator("hallpass-consent-prompt");
  const open = () => prompt.getByRole("button", { name: "Change access" }).click();
  const grantNow = async () => (await call(piet.page, "GET", `${grants}?ticketId=T-1&status=granted`)).body.items[0];

  await open();
  await prompt.getByRole("heading", { name: "Change the access that you have given Jan" }).waitFor();
  const week = prompt.getByRole("button", { name: "1 week" });
  const shown = await prompt.locator("#one_week-end").innerText();
  await piet.picture("31-changing-access");
  await week.click();
  const day = /through (.+)/.exec(shown)[1];
  await prompt.getByText(`You have given Jan access through ${day}.`).waitFor();
  await jan.page.locator("hallpass-agent-panel").getByText(`Access through ${day}`).waitFor();
  const longer = await grantNow();

  await open();
  await prompt.getByRole("checkbox").nth(1).uncheck();
  await prompt.getByRole("button", { name: "Keep the end" }).click();
  await prompt.getByRole("button", { name: "Withdraw access" }).waitFor();
  const less = await grantNow();
  assert.deepEqual([less.scopes, less.grantedUntil], [["parcels:read"], longer.grantedUntil]);
});
