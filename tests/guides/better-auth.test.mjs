// Impersonation in better-auth stands on the user's consent in hallpassd, from the first request to the way out.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { freePorts } from "../browser/free_ports.mjs";
import { openGuide, until } from "./guide.mjs";
import { startHallpass } from "./hallpass.mjs";

const access = "/api/v1/support-access";
const password = randomBytes(16).toString("hex");
const guide = openGuide("better-auth");
let hallpass;
let url;
let jan;
let piet;

/** Somebody at a browser: a cookie jar and the application's origin. */
function person() {
  const jar = new Map();
  return async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        Origin: url,
        Cookie: [...jar].map((pair) => pair.join("=")).join("; "),
        ...(body && { "Content-Type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      if (/max-age=0\b/i.test(cookie)) jar.delete(name);
      else jar.set(name, value);
    }
    return { status: response.status, body: await response.json().catch(() => null) };
  };
}

async function signedIn(name) {
  const ask = person();
  const { status, body } = await ask("POST", "/api/auth/sign-in/email", { email: `${name}@example.nl`, password });
  assert.equal(status, 200, JSON.stringify(body));
  return ask;
}

const impersonate = () => jan("POST", "/api/auth/admin/impersonate-user", { userId: "piet" });
const stop = () => jan("POST", "/api/auth/admin/stop-impersonating", {});
const refusal = ({ status, body }) => [status, body?.code];
const visits = async () => (await hallpass.call(hallpass.bearer("jan"), "GET", `${access}/support-sessions/active`)).items;

/** A token for hallpassd, as the application's own pages get it. */
async function tokenOf(ask) {
  const { status, body } = await ask("GET", "/api/auth/hallpass/token");
  assert.equal(status, 200);
  return body.token;
}

/** Jan asks and Piet agrees, both known to hallpassd through better-auth alone. */
async function consent(choice = {}) {
  const asked = { tenantId: "de-akker", targetUserId: "piet", ticketId: "T-7", reason: "The parcel is not on the map" };
  const { id } = await hallpass.call(await tokenOf(jan), "POST", `${access}/grants`, asked);
  const say = async (what, body = {}) => hallpass.call(await tokenOf(piet), "POST", `${access}/grants/${id}/${what}`, body);
  await say("grant", { preset: "one_week", ...choice });
  return { withdraw: () => say("revoke") };
}

before(async () => {
  const port = await freePorts();
  url = `http://127.0.0.1:${port}`;
  hallpass = await startHallpass("--identity", `issuer=${url},audience=hallpass,jwks=${url}/api/auth/jwks`);
  await guide.startScript({
    PORT: String(port), BETTER_AUTH_URL: url, BETTER_AUTH_SECRET: randomBytes(32).toString("hex"),
    DEMO_PASSWORD: password, HALLPASS_URL: hallpass.url,
  }, /http:\S+/);
  jan = await signedIn("jan");
  piet = await signedIn("piet");
  // hallpassd began before better-auth, whose keys it asks for again.
  await until(async () => (await impersonate()).body.code !== "KEYS_UNAVAILABLE", "hallpassd has better-auth's keys");
});
after(async () => {
  await guide.close();
  await hallpass?.stop();
});

test("without consent nobody is impersonated", async () => {
  assert.deepEqual(refusal(await impersonate()), [403, "CONSENT_REQUIRED"]);
  assert.equal((await jan("GET", "/api/auth/get-session")).body.user.id, "jan");
  assert.deepEqual(await visits(), []);
});

test("who is no admin of better-auth starts nothing", async () => {
  const els = await signedIn("els");
  assert.equal((await els("POST", "/api/auth/admin/impersonate-user", { userId: "piet" })).status, 403);
});

test("consent to a part of the account is not consent to all of it", async () => {
  const grant = await consent({ scopes: ["parcels:read"] });
  assert.deepEqual(refusal(await impersonate()), [403, "INSUFFICIENT_SCOPE"]);
  assert.deepEqual(await visits(), []);
  await grant.withdraw();
});

test("with consent, as long as Hallpass says and until the admin stops", async () => {
  const grant = await consent();
  const { status, body } = await impersonate();
  assert.equal(status, 200, JSON.stringify(body));
  const [visit] = await visits();
  assert.equal(visit.targetUserId, "piet");
  assert.equal(Date.parse(body.session.expiresAt), Date.parse(visit.expiresAt));
  assert.deepEqual((await jan("GET", "/parcels")).body, { user: "piet", actor: "jan", parcels: ["Akkerzicht"] });

  assert.equal((await stop()).status, 200);
  assert.deepEqual(await visits(), []);
  assert.equal((await jan("GET", "/api/auth/get-session")).body.user.id, "jan");
  await grant.withdraw();
});

test("who impersonates gets no hold on the account, nor consents in the user's name", async () => {
  const grant = await consent();
  await impersonate();
  for (const path of ["/hallpass/token", "/token", "/list-sessions"]) {
    assert.deepEqual(refusal(await jan("GET", `/api/auth${path}`)), [403, "FORBIDDEN"], path);
  }
  const change = { currentPassword: password, newPassword: "another-password" };
  assert.deepEqual(refusal(await jan("POST", "/api/auth/change-password", change)), [403, "FORBIDDEN"]);
  await stop();
  await grant.withdraw();
});

test("once the user has withdrawn, the impersonated session is gone and the admin's own is not", async () => {
  const grant = await consent();
  await impersonate();
  assert.equal((await jan("GET", "/parcels")).status, 200);
  await grant.withdraw();
  assert.equal((await jan("GET", "/parcels")).status, 401);
  assert.equal((await jan("GET", "/api/auth/get-session")).body, null);
  assert.equal((await piet("GET", "/parcels")).body.user, "piet");
  assert.equal((await stop()).status, 200);
  assert.equal((await jan("GET", "/api/auth/get-session")).body.user.id, "jan");
  assert.deepEqual(refusal(await impersonate()), [403, "CONSENT_REQUIRED"]);
});
