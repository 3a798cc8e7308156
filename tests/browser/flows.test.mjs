// The rest of the contract's ways, at three browsers: every choice of an end, changes of mind, an
// administrator who steps in, a ban, a second session, an end that nears, a server that restarts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { actAs, call, openBrowser, startDemo, tokenOf } from "./stage.mjs";

const grants = "/api/v1/support-access/grants";
const sessions = "/api/v1/support-access/support-sessions";
const about = { tenantId: "de-akker", targetUserId: "piet", ticketId: "T-1", reason: "The parcel is not on the map" };
const ticket = "/tickets/T-1";
const atOnceMs = 1_000;

let demo;
let piet;
let jan;
let ada;
let prompt;
let panel;

before(async () => {
  demo = await startDemo();
  [piet, jan, ada] = await Promise.all([1, 2, 3].map(() => openBrowser(demo)));
  await Promise.all([piet.signIn("piet"), jan.signIn("jan"), ada.signIn("ada")]);
  await Promise.all([piet.goto(ticket), jan.goto(ticket)]);
  prompt = piet.page.locator("hallpass-consent-prompt");
  panel = jan.page.locator("hallpass-agent-panel");
});

after(async () => {
  await Promise.all([piet, jan, ada].map((person) => person?.close()));
  await demo?.stop();
});

const button = (where, name) => where.getByRole("button", { name, exact: true });

async function request() {
  const { status, body } = await call(jan.page, "POST", grants, about);
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

const grantOf = async (id) => (await call(piet.page, "GET", `${grants}/${id}`)).body;

/** Jan asks, Piet agrees until tomorrow, Jan acts in his tab. */
async function beginActing(minutes = 10) {
  const id = await request();
  assert.equal((await call(piet.page, "POST", `${grants}/${id}/grant`, { preset: "end_of_tomorrow" })).status, 200);
  const started = await call(jan.page, "POST", sessions, { ...about, durationMinutes: minutes });
  assert.equal(started.status, 201, JSON.stringify(started.body));
  await jan.page.goto(started.body.uiSwitchUrl);
  await jan.page.waitForURL(`${demo.url}/parcels`);
  await jan.page.locator("hallpass-banner .bar").waitFor();
  return { id, session: started.body.session, token: await tokenOf(jan.page) };
}

/** The banner goes within a second of a deed, and the token is worth nothing. */
async function endsAtOnce(token, deed) {
  const gone = jan.page.locator("hallpass-banner .bar").waitFor({ state: "detached", timeout: 10_000 });
  const from = performance.now();
  await deed();
  await gone;
  const took = performance.now() - from;
  assert.ok(took < atOnceMs, `the banner took ${Math.round(took)} ms to go`);
  assert.equal((await actAs(demo, token, "/app/parcels")).body.error, "TOKEN_REVOKED");
  assert.equal(await tokenOf(jan.page), null);
}

test("each preset comes to the end that was shown, and the agent sees it at once", async () => {
  for (const [name, preset] of [["Today", "end_of_today"], ["Tomorrow", "end_of_tomorrow"], ["1 week", "one_week"]]) {
    const id = await request();
    await prompt.locator(`#${preset}-end .exact`).waitFor();
    const shown = await prompt.locator(`#${preset}-end .exact`).innerText();
    await button(prompt, name).click();
    await button(prompt, "Withdraw access").waitFor();
    const { grantedUntil } = await grantOf(id);
    const clock = new Intl.DateTimeFormat("en-GB", {
      weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
      timeZone: "Europe/Amsterdam",
    }).format(Date.parse(grantedUntil));
    assert.equal(shown, `Ends ${clock}`);
    await panel.getByText(/^Access through/).waitFor();
    await button(prompt, "Withdraw access").click();
    await panel.getByText("Access withdrawn").waitFor();
  }
});

test("a date of one's own, fewer scopes, and the agent hands it back", async () => {
  const asked = await call(jan.page, "POST", grants, { ...about, scopes: ["parcels:read", "parcels:write"] });
  await button(prompt, "View only").click();
  await button(prompt, "Pick a date").click();
  const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  await prompt.locator("#date").fill(day);
  await prompt.locator("#date-end .exact").waitFor();
  await piet.picture("40-date");
  await button(prompt, "Give access").click();
  await button(prompt, "Withdraw access").waitFor();
  const grant = await grantOf(asked.body.id);
  assert.deepEqual(grant.scopes, ["parcels:read"]);
  const lastMinute = new Date(Date.parse(grant.grantedUntil) - 60_000);
  assert.equal(new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Amsterdam" }).format(lastMinute), day);
  await button(panel, "Hand back access").click();
  await prompt.getByText("Jan has handed back the access to your account.").waitFor();
});

test("an agent takes a request back before it is answered", async () => {
  await request();
  await button(panel, "Withdraw request").click();
  await prompt.getByText("Jan no longer needs access to your account.").waitFor();
  await panel.getByText("Request withdrawn").waitFor();
});

test("a second session is refused while one runs, and the panel says why not", async () => {
  const { token } = await beginActing();
  const tab = await jan.context.newPage();
  await tab.goto(demo.url + ticket);
  const second = await call(tab, "POST", sessions, about);
  assert.deepEqual([second.status, second.body.error], [409, "ACTIVE_SESSION_EXISTS"]);
  const beside = tab.locator("hallpass-agent-panel");
  await beside.getByText("Your session in this account is running.").waitFor();
  assert.equal(await button(beside, "Impersonate").getAttribute("aria-disabled"), "true");
  await jan.picture("41-second-session", tab);
  await tab.close();
  assert.equal((await actAs(demo, token, "/app/parcels")).status, 200, "the first goes on");
});

test("an administrator ends a session, and it is over at once", async () => {
  const token = await tokenOf(jan.page);
  await ada.goto("/sessions");
  const end = ada.page.locator("hallpass-sessions").getByRole("button", { name: "End session" });
  await end.waitFor();
  await ada.picture("42-admin-sessions");
  await endsAtOnce(token, () => end.click());
  await jan.page.getByRole("alert").waitFor();
  await jan.picture("43-ended-by-admin");
  await ada.page.getByText("Nobody is in anybody's account.").waitFor();
});

test("a user who is banned in mid-session: the session ends, and nothing starts", async () => {
  const { body } = await call(piet.page, "GET", `${grants}?ticketId=T-1&status=granted`);
  await call(piet.page, "POST", `${grants}/${body.items[0].id}/revoke`, {});
  const { token } = await beginActing();
  await ada.goto("/users");
  const row = ada.page.locator("hallpass-users [data-user=piet]");
  await row.getByRole("button", { name: "Ban" }).click();
  await row.locator("#ban-reason").fill("Shared his password with a neighbour");
  await endsAtOnce(token, () => row.getByRole("button", { name: "Confirm" }).click());
  await row.getByText("Banned").waitFor();
  const again = await call(jan.page, "POST", sessions, about);
  assert.equal(again.status, 403);
  await row.getByRole("button", { name: "Unban" }).click();
  await row.getByText("Active").waitFor();
  await piet.signIn("piet");
  await Promise.all([piet.goto(ticket), jan.goto(ticket)]);
});

test("a server that dies and comes back: elements say so meanwhile, and go on by themselves", async () => {
  await beginActing();
  await button(prompt, "Withdraw access").waitFor();
  await jan.page.locator("hallpass-banner .bar").waitFor();
  const opened = piet.page.waitForResponse((response) => response.url().endsWith("/api/v1/events"));
  const before = demo.processOf("hallpassd");
  const lost = prompt.getByText("Reconnecting…").waitFor();
  process.kill(before, "SIGKILL");
  await Promise.all([lost, jan.page.locator("hallpass-banner .lost").waitFor({ state: "attached" })]);
  await piet.picture("46-reconnecting");
  await opened;
  await prompt.getByText("Reconnecting…").waitFor({ state: "detached" });
  assert.notEqual(demo.processOf("hallpassd"), before);
  // What happens from now on arrives, without a reload.
  await button(prompt, "Withdraw access").click();
  await jan.page.locator("hallpass-banner .bar").waitFor({ state: "detached" });
  assert.equal(await tokenOf(jan.page), null);
  await prompt.getByText(/You have withdrawn access/).waitFor();
});

test("an end that nears is told, live and among the notifications", async () => {
  await beginActing(10);
  const listening = piet.page.waitForResponse((response) => response.url().endsWith("/api/v1/events"));
  await piet.goto(ticket);
  await listening;
  await prompt.getByText("Jan is looking into your account right now.").waitFor();
  assert.equal((await call(piet.page, "POST", "/demo/clock", { advanceSeconds: 510 })).status, 200);
  await prompt.getByText(/This visit ends at \d\d:\d\d\./).waitFor();
  await piet.picture("44-ends-soon");
  await piet.goto("/access");
  const news = piet.page.locator("hallpass-notifications");
  await news.locator("[data-event=access_ending].unread").first().waitFor();
  await piet.picture("45-notifications");
  await button(news, "Mark all as read").click();
  await news.locator("li.unread").first().waitFor({ state: "detached" });
});

test("no page had an error, and each is served under the strict policy", async () => {
  assert.deepEqual([...piet.faults, ...jan.faults, ...ada.faults].filter((fault) => !/ERR_|Failed to fetch|NetworkError/.test(fault)), []);
  for (const path of ["/", ticket, "/parcels", "/access", "/sessions", "/users", "/reports", "/switch-user"]) {
    const policy = (await fetch(demo.url + path)).headers.get("Content-Security-Policy");
    assert.match(policy, /default-src 'none'/, path);
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/, path);
    assert.match(policy, /style-src 'self';/, path);
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*/, path);
  }
});
