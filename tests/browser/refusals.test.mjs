// Where there is no consent, or no more, the answer is no: each time with the right code.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { actAs, call, openBrowser, startDemo, tokenOf } from "./stage.mjs";

const start = {
  tenantId: "de-akker", targetUserId: "piet", ticketId: "T-3", reason: "The colours of the crops look alike",
};
const grants = "/api/v1/support-access/grants";
const sessions = "/api/v1/support-access/support-sessions";

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

const refusal = ({ status, body }) => [status, body.error, body.reason];

async function request() {
  const { status, body } = await call(jan.page, "POST", grants, start);
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

/** Moves the clock of server and edge; logins that ran out on the way are made anew. */
async function advance(seconds) {
  const { status } = await call(piet.page, "POST", "/demo/clock", { advanceSeconds: seconds });
  assert.equal(status, 200);
  await piet.signIn("piet");
}

test("no session without consent", async () => {
  assert.deepEqual(refusal(await call(jan.page, "POST", sessions, start)), [403, "CONSENT_REQUIRED", "no_grant"]);
});

test("no session while the request waits, nor after it is declined", async () => {
  await request();
  assert.deepEqual(
    refusal(await call(jan.page, "POST", sessions, start)), [403, "CONSENT_REQUIRED", "grant_pending"],
  );
  await jan.goto("/tickets/T-3");
  await piet.goto("/tickets/T-3");
  await piet.page.locator("hallpass-consent-prompt").getByRole("button", { name: "Decline", exact: true }).click();
  await piet.page.getByText("You have declined.").waitFor();
  await piet.picture("20-declined");
  const panel = jan.page.locator("hallpass-agent-panel");
  await panel.getByText("Access declined").waitFor();
  assert.equal(
    await panel.getByRole("button", { name: "Impersonate", exact: true }).getAttribute("aria-disabled"), "true",
  );
  await panel.getByRole("button", { name: "Request again" }).waitFor();
  await jan.picture("21-panel-declined");
  assert.deepEqual(
    refusal(await call(jan.page, "POST", sessions, start)), [403, "CONSENT_REQUIRED", "grant_declined"],
  );
});

test("nobody consents to another end than the one they were shown", async () => {
  const { id } = await request();
  const shown = new Date(Date.now() + 3_600_000).toISOString();
  const answer = await call(piet.page, "POST", `${grants}/${id}/grant`, {
    preset: "end_of_today", timeZone: "Europe/Amsterdam", expectedUntil: shown,
  });
  assert.deepEqual([answer.status, answer.body.error, answer.body.field], [400, "VALIDATION_ERROR", "expectedUntil"]);
  assert.equal((await call(piet.page, "POST", `${grants}/${id}/decline`, {})).status, 200);
});

test("a session ends with its time, and the grant with its own", async (t) => {
  const { id } = await request();
  const granted = await call(piet.page, "POST", `${grants}/${id}/grant`, { preset: "end_of_tomorrow" });
  assert.equal(granted.status, 200, JSON.stringify(granted.body));
  const started = await call(jan.page, "POST", sessions, { ...start, durationMinutes: 5 });
  assert.equal(started.status, 201, JSON.stringify(started.body));
  await jan.page.goto(started.body.uiSwitchUrl);
  await jan.page.waitForURL(`${demo.url}/parcels`);
  const bar = jan.page.locator("hallpass-banner .bar");
  await bar.waitFor();
  const token = await tokenOf(jan.page);

  await t.test("a code is good for one exchange", async () => {
    const other = await jan.context.newPage();
    await other.goto(started.body.uiSwitchUrl);
    await other.getByText("The account could not be opened.").waitFor();
    await jan.picture("22-code-used", other);
    await other.close();
  });

  await t.test("an act-as token starts no further session", async () => {
    const nested = await actAs(demo, token, sessions, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(start),
    });
    assert.deepEqual([nested.status, nested.body.error], [403, "NESTED_IMPERSONATION"]);
  });

  await t.test("a tampered token is refused", async () => {
    const [header, payload, signature] = token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const longer = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 3600 })).toString("base64url");
    const forged = await actAs(demo, `${header}.${longer}.${signature}`, "/app/parcels");
    assert.deepEqual([forged.status, forged.body.error], [401, "TOKEN_SIGNATURE_INVALID"]);
    const other = signature[0] === "A" ? "B" : "A";
    const broken = await actAs(demo, `${header}.${payload}.${other}${signature.slice(1)}`, "/app/parcels");
    assert.deepEqual([broken.status, broken.body.error], [401, "TOKEN_SIGNATURE_INVALID"]);
  });

  await t.test("the application cannot be told who acts by anybody but the edge", async () => {
    const { status } = await fetch(`${demo.url}/app/parcels`, {
      headers: { "Hallpass-Subject": "piet", "Hallpass-Actor": "jan", "Hallpass-Scopes": "parcels:read" },
    });
    assert.equal(status, 401);
    const port = Number(new URL(demo.url).port) + 2;
    const direct = await fetch(`http://127.0.0.1:${port}/app/parcels`, { headers: { "Hallpass-Subject": "piet" } });
    assert.equal(direct.status, 403);
  });

  await t.test("when the session's time is up, the edge refuses and the banner goes", async () => {
    await advance(301);
    const refused = await actAs(demo, token, "/app/parcels");
    assert.deepEqual([refused.status, refused.body.error], [401, "TOKEN_EXPIRED"]);
    await bar.waitFor({ state: "detached" });
    await jan.page.getByText("The time of this session was up.").waitFor();
    await jan.picture("23-time-up");
  });

  await t.test("when the grant has run out, nothing starts any more", async () => {
    const left = Date.parse(granted.body.grantedUntil) - Date.now();
    await advance(Math.ceil(left / 1000));
    await jan.signIn("jan");
    assert.deepEqual(
      refusal(await call(jan.page, "POST", sessions, start)), [403, "CONSENT_REQUIRED", "grant_expired"],
    );
    await jan.goto("/tickets/T-3");
    const panel = jan.page.locator("hallpass-agent-panel");
    await panel.getByText("Access expired").waitFor();
    assert.equal(
      await panel.getByRole("button", { name: "Impersonate", exact: true }).getAttribute("aria-disabled"), "true",
    );
    await jan.picture("24-panel-expired");
  });
});
