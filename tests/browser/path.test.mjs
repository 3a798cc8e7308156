// The whole path, as two people at two browsers walk it: asked, agreed, acted, seen, withdrawn.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { actAs, call, openBrowser, startDemo, tokenOf, wholeChromium } from "./stage.mjs";

const reason = "The Achterveld is missing from your map; I would like to see what you see.";
const ticket = "/tickets/T-1";

let demo;
let piet;
let jan;

before(async () => {
  demo = await startDemo();
  [piet, jan] = await Promise.all([1, 2].map(() => openBrowser(demo, { executablePath: wholeChromium })));
});

after(async () => {
  await Promise.all([piet?.close(), jan?.close()]);
  await demo?.stop();
});

/** The end as the prompt shows it, for an instant of the server's. */
const shownMoment = (page, instant) =>
  page.evaluate(
    (at) =>
      new Intl.DateTimeFormat("en-GB", {
        weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
        timeZoneName: "short", timeZone: "Europe/Amsterdam",
      }).format(Date.parse(at)),
    instant,
  );

/** Whether the parcel of the ticket lies within the plan that is shown. */
async function achterveldIsOnThePlan(page) {
  const [parcel, plan] = await Promise.all(
    ["[data-parcel=p-7] polygon", ".plan svg"].map((selector) => page.locator(selector).boundingBox()),
  );
  return (
    parcel.x >= plan.x && parcel.x + parcel.width <= plan.x + plan.width &&
    parcel.y >= plan.y && parcel.y + parcel.height <= plan.y + plan.height
  );
}

test("a user says yes, an agent acts, the user withdraws, and all of it is on record", async (t) => {
  const prompt = piet.page.locator("hallpass-consent-prompt");
  const panel = jan.page.locator("hallpass-agent-panel");
  const banner = jan.page.locator("hallpass-banner");
  const impersonate = panel.getByRole("button", { name: "Impersonate", exact: true });
  let grant;
  let token;

  await piet.signIn("piet");
  await piet.page.locator("polygon.field").first().waitFor();
  await piet.picture("01-parcels-without-achterveld");
  await piet.goto(ticket);
  await jan.signIn("jan");
  await jan.goto(ticket);

  await t.test("1. the agent asks, with a reason", async () => {
    await panel.getByRole("button", { name: "Request access" }).waitFor();
    assert.equal(await impersonate.getAttribute("aria-disabled"), "true");
    await impersonate.hover();
    await panel.getByRole("tooltip").waitFor();
    assert.equal(await panel.getByRole("tooltip").innerText(), "Waiting for the user's consent");
    await jan.picture("02-panel-no-access");
    await panel.getByRole("button", { name: "Request access" }).click();
    await panel.getByLabel("Reason").fill(reason);
    await jan.picture("03-panel-request");
    await panel.getByRole("button", { name: "Send request" }).click();
    await panel.getByText("Waiting for consent…").waitFor();
    assert.equal(
      await panel.getByRole("button", { name: "Request access" }).getAttribute("aria-disabled"), "true",
    );
    await jan.picture("04-panel-waiting");
  });

  await t.test("2. the user sees the request at once, with exact ends, and picks Today", async () => {
    const today = prompt.getByRole("button", { name: "Today", exact: true });
    await today.waitFor();
    await prompt.getByText(reason).waitFor();
    for (const name of ["Tomorrow", "1 week", "Pick a date", "Decline"]) {
      await prompt.getByRole("button", { name, exact: true }).waitFor();
    }
    await prompt.locator("#end_of_today-end", { hasText: "Ends" }).waitFor();
    const shown = await prompt.locator("#end_of_today-end").innerText();
    await piet.picture("05-prompt");
    await today.click();
    await prompt.getByRole("button", { name: "Withdraw access" }).waitFor();
    const { body } = await call(piet.page, "GET", "/api/v1/support-access/grants?ticketId=T-1");
    grant = body.items[0];
    assert.equal(grant.status, "granted");
    assert.equal(grant.timeZone, "Europe/Amsterdam");
    assert.ok(
      shown.includes(await shownMoment(piet.page, grant.grantedUntil)),
      `${shown} should name ${grant.grantedUntil}, which the server decided`,
    );
    assert.match(await prompt.locator("#title").innerText(), /^You have given Jan access through \d+ \w+\.$/);
    await piet.picture("06-granted");
  });

  await t.test("3. the button comes alive without a reload, and the app opens as the user", async () => {
    await panel.getByText(/Access through \d+ \w+/).waitFor();
    await jan.picture("07-panel-access");
    const login = (await jan.context.cookies()).find(({ name }) => name === "hallpass_session").value;
    await impersonate.click();
    const dialog = panel.getByRole("dialog");
    await dialog.waitFor();
    await jan.picture("08-start-dialog");
    await dialog.getByRole("button", { name: "Impersonate" }).click();
    await jan.page.waitForURL(`${demo.url}/parcels`);
    await banner.getByText("Impersonating: Piet de Boer (piet@example.nl)").waitFor();
    const left = banner.getByRole("timer");
    await left.filter({ hasText: /Ends in \d+:\d\d\./ }).waitFor();
    const [, minutes] = /Ends in (\d+):/.exec(await left.innerText());
    assert.ok(Number(minutes) < 30 || (await left.innerText()).includes("30:00"), "half an hour is the default");
    const first = await left.innerText();
    await left.filter({ hasNotText: first }).waitFor();
    await jan.picture("09-banner");

    assert.ok(!jan.page.url().includes("token"), "the code is gone from the address bar");
    token = await tokenOf(jan.page);
    const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
    const header = JSON.parse(Buffer.from(token.split(".")[0], "base64url").toString());
    assert.deepEqual([claims.sub, claims.act.sub, claims.act_as, header.alg], ["piet", "jan", true, "EdDSA"]);

    // The overlay touches neither login: Jan is Jan in every other tab, and the token is in none.
    const other = await jan.context.newPage();
    await other.goto(demo.url + ticket);
    assert.equal(await tokenOf(other), null);
    assert.equal((await call(other, "GET", "/api/v1/me")).body.id, "jan");
    await other.close();
    assert.equal((await jan.context.cookies()).find(({ name }) => name === "hallpass_session").value, login);
  });

  await t.test("4. requests go through the edge while the session lives, and are recorded", async () => {
    await jan.page.getByRole("button", { name: /^Achterveld/ }).click();
    await jan.page.getByLabel("Outline: Achterveld").waitFor();
    assert.equal(await jan.page.locator("polygon.field").count(), 6, "the parcel is drawn, outside the plan");
    assert.equal(await achterveldIsOnThePlan(jan.page), false, "the bug of Piet's account: north and east are swapped");
    await jan.picture("10-as-piet");
    const outline = await jan.page.getByLabel("Outline: Achterveld").inputValue();
    const swapped = outline.split("\n").map((line) => line.split(" ").reverse().join(" ")).join("\n");
    await jan.page.getByLabel("Outline: Achterveld").fill(swapped);
    await jan.page.getByRole("button", { name: "Save outline" }).click();
    await jan.page.getByText("Saved.").waitFor();
    assert.equal(await achterveldIsOnThePlan(jan.page), true);
    await jan.picture("11-repaired");
    assert.equal((await actAs(demo, token, "/app/parcels")).status, 200);
    await prompt.getByText("Jan is looking into your account right now.").waitFor();
    await piet.picture("12-in-use");
  });

  await t.test("5. the user withdraws: the banner goes within a second, the edge refuses", async () => {
    await banner.locator(".bar").waitFor();
    const gone = banner.locator(".bar").waitFor({ state: "detached", timeout: 10_000 });
    const clicked = performance.now();
    await prompt.getByRole("button", { name: "Withdraw access" }).click();
    await gone;
    const took = performance.now() - clicked;
    t.diagnostic(`banner gone ${Math.round(took)} ms after the click`);
    assert.ok(took < 1_000, `the banner took ${Math.round(took)} ms to go`);
    const refused = await actAs(demo, token, "/app/parcels");
    assert.deepEqual([refused.status, refused.body.error], [401, "TOKEN_REVOKED"]);
    await jan.page.getByText("Access was withdrawn.").waitFor();
    assert.equal(await jan.page.locator("polygon.field").count(), 0, "nothing of Piet's is left on the screen");
    assert.equal(await tokenOf(jan.page), null);
    await jan.picture("13-ended");
    await prompt.getByText("You have withdrawn access.").waitFor();
    await jan.goto(ticket);
    await panel.getByText("Access withdrawn").waitFor();
    assert.equal((await call(jan.page, "GET", "/api/v1/me")).body.id, "jan");
  });

  await t.test("6. the ticket's activity has every step, with actor and subject", async () => {
    const { body } = await call(jan.page, "GET", "/api/v1/tickets/T-1/activity?limit=200");
    const steps = body.items.map(({ event, actorId, subjectId }) => `${event} ${actorId} ${subjectId}`);
    const inOrder = [
      "access_requested jan piet",
      "access_granted piet piet",
      "impersonation_started jan piet",
      "resource_read jan piet",
      "resource_write jan piet",
      "access_revoked piet piet",
    ];
    assert.deepEqual(inOrder.filter((step) => !steps.includes(step)), []);
    const places = inOrder.map((step) => steps.indexOf(step));
    assert.deepEqual(places, [...places].sort((a, b) => a - b), steps.join("\n"));
    assert.ok(body.items.some(({ event, subjectId }) => event === "impersonation_ended" && subjectId === "piet"));
    const write = body.items.find(({ event }) => event === "resource_write");
    assert.deepEqual([write.method, write.resourceType, write.resourceId], ["PUT", "parcel", "p-7"]);
    await jan.page.locator("hallpass-audit-log").locator("[data-event=impersonation_ended]").waitFor();
    await jan.picture("14-activity");
    await piet.picture("15-withdrawn");
  });

  await t.test("the pages had no errors, and kept to their content security policy", () => {
    assert.deepEqual([...piet.faults, ...jan.faults], []);
  });
});
