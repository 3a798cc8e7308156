// createGuard in a real workerd, against a companion server of the test's own.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { audience, base64url, claims, encodeJson, issuer, jwks, makeKey, now, sign, signInput, statusListToken } from "../js/issuer.mjs";
import { startCompanion, until } from "./companion.mjs";
import { startWorkerd } from "./workerd.mjs";

let key;
let companion;
let worker;
let uri;
let iat = now / 1000;

const routes = [
  { methods: ["GET"], path: "/app/cases/*", scopes: ["cases:read"] },
  { methods: ["POST"], path: "/app/cases/*", scopes: ["cases:write"] },
  { path: "/app/crash", scopes: [] },
];

before(async () => {
  key = await makeKey("EdDSA");
  companion = await startCompanion();
  companion.keys = jwks(key);
  uri = `${companion.url}/status/1`;
  worker = await startWorkerd("guarded.worker.mjs", {
    issuer,
    audience,
    companion: companion.url,
    start: now,
    revocation: { maxAgeSeconds: 0, maxStaleSeconds: 30 },
    routes,
  });
});
after(async () => {
  await worker?.stop();
  await companion?.stop();
});
beforeEach(async () => {
  companion.available = true;
  companion.answers = {};
  companion.events = [];
  companion.posts = [];
  await revoke();
  await setClock(now);
});

/** Serves a list in which the given indices are ended. */
async function revoke(...indices) {
  const statuses = Array.from({ length: 16 }, (_, at) => (indices.includes(at) ? 1 : 0));
  companion.etag = `"${++iat}"`;
  companion.list = await statusListToken(key, uri, statuses, { iat });
}
const setClock = (ms) => fetch(`${worker.url}/clock?ms=${ms}`);
const token = (overrides = {}) => sign(key, claims({ status: { status_list: { idx: 3, uri } }, ...overrides }));
const call = (path, authorization, init = {}) =>
  fetch(`${worker.url}${path}`, {
    ...init,
    headers: { ...(authorization === undefined ? {} : { Authorization: authorization }), ...init.headers },
  });

async function refusedWith(response, status, code) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("Content-Type"), "application/problem+json");
  const problem = await response.json();
  assert.equal(problem.error, code);
  assert.equal(problem.status, status);
  assert.ok(problem.title.length > 0 && problem.message.length > 0);
  if (status === 401) assert.match(response.headers.get("WWW-Authenticate"), /^Bearer error="invalid_token", error_description="[^"\\]+"$/);
  return problem;
}

test("requests without an act-as token pass untouched, without headers that only the guard may set", async () => {
  const response = await call("/anything/at/all?x=1", undefined, {
    method: "PUT",
    body: "text",
    headers: { "Hallpass-Subject": "evil", "HALLPASS-Scopes": "all:all", Hallpass_Actor: "evil", "X-Other": "kept" },
  });
  assert.equal(response.status, 200);
  const { headers, method, session } = await response.json();
  assert.equal(method, "PUT");
  assert.equal(session, null);
  assert.equal(headers["x-other"], "kept");
  assert.deepEqual(Object.keys(headers).filter((name) => name.startsWith("hallpass")), []);
});

test("other bearers pass, opaque ones and other people's JWTs", async () => {
  const foreign = `${encodeJson({ alg: "RS256", typ: "at+jwt" })}.${encodeJson({ iss: issuer, sub: "x" })}.c2ln`;
  for (const authorization of ["Bearer opaque-text", `Bearer ${foreign}`, "Basic dXNlcjpwYXNz", "Bearer a.b", "Bearer v4.public.x"]) {
    const response = await call("/app/cases/1", authorization);
    assert.equal(response.status, 200, authorization);
    assert.equal((await response.json()).headers.authorization, authorization);
  }
});

test("a live session reaches the application with who acts for whom", async () => {
  const response = await call("/app/cases/1", `Bearer ${await token()}`, {
    headers: { "Hallpass-Subject": "evil", "X-HTTP-Method-Override": "DELETE" },
  });
  assert.equal(response.status, 200);
  const { headers, session } = await response.json();
  assert.equal(session, "session_abc123");
  assert.equal(headers["hallpass-subject"], "user_12345");
  assert.equal(headers["hallpass-actor"], "admin_789");
  assert.equal(headers["hallpass-session"], "session_abc123");
  assert.equal(headers["hallpass-tenant"], "firm_abc");
  assert.equal(headers["hallpass-scopes"], "cases:read documents:read");
  assert.equal(headers["x-http-method-override"], undefined);
});

test("ids that a header cannot carry are percent-encoded", async () => {
  const response = await call("/app/cases/1", `Bearer ${await token({ sub: "Zoë,\u{1F600}%" })}`);
  assert.equal((await response.json()).headers["hallpass-subject"], "Zo%C3%AB%2C%F0%9F%98%80%25");
});

test("every access is recorded, with its outcome", async () => {
  const bearer = `Bearer ${await token({ sid: "recorded" })}`;
  const recorded = ({ session }) => session === "recorded";
  await call("/app/cases/7?secret=1", bearer);
  await refusedWith(await call("/app/cases/7", bearer, { method: "POST" }), 403, "INSUFFICIENT_SCOPE");
  assert.equal((await call("/app/crash", bearer)).status, 500);
  await until(() => companion.events.filter(recorded).length >= 3, "three events have arrived");
  const seen = companion.events.filter(recorded).map(({ method, path, status }) => `${method} ${path} ${status}`).sort();
  assert.deepEqual(seen, ["GET /app/cases/7 200", "GET /app/crash 500", "POST /app/cases/7 403"]);
  for (const event of companion.events.filter(recorded)) {
    assert.equal(event.resourceType, "app");
    assert.match(event.id, /^[0-9a-f-]{36}$/);
    assert.equal(event.at, "2026-11-20T12:00:00.000Z");
  }
  for (const { pathname, authorization } of companion.posts.filter(recorded)) {
    assert.equal(pathname, "/api/v1/support-access/support-sessions/recorded/audit-logs");
    assert.equal(authorization, bearer);
  }
});

test("records are sent again when the server was away, and counted once", async () => {
  const again = ({ session }) => session === "again";
  companion.answers = { again: [503, 500] };
  await call("/app/cases/8", `Bearer ${await token({ sid: "again" })}`);
  await until(() => companion.events.some(again), "the event has arrived");
  assert.equal(companion.events.filter(again).length, 1);
  assert.deepEqual(companion.posts.filter(again).map(({ status }) => status), [503, 500, 202]);
});

test("scopes are needed per route, and what no route names is closed", async () => {
  const bearer = `Bearer ${await token()}`;
  const response = await call("/app/cases/1", bearer, { method: "POST" });
  assert.equal(
    response.headers.get("WWW-Authenticate"),
    'Bearer error="insufficient_scope", error_description="this session does not carry the scopes that are needed here", scope="cases:write"',
  );
  await refusedWith(response, 403, "INSUFFICIENT_SCOPE");
  for (const path of ["/app/billing", "/app/cases/..%2fbilling", "/app/cases//1", "/app/cases/%2e%2e/x", "/app/cases/a%5cb", "/app/cases/a;b"]) {
    await refusedWith(await call(path, bearer), 403, "FORBIDDEN");
  }
});

test("an upgrade is refused: nothing would end it when the session ends", async () => {
  const { request } = await import("node:http");
  const bearer = `Bearer ${await token()}`;
  const status = await new Promise((resolve, reject) => {
    request(`${worker.url}/app/cases/1`, {
      headers: {
        Authorization: bearer,
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
      },
    })
      .on("response", (response) => resolve(response.resume().statusCode))
      .on("upgrade", () => resolve(101))
      .on("error", reject)
      .end();
  });
  assert.equal(status, 403);
});

test("expired at exactly exp, not a millisecond before", async () => {
  const bearer = `Bearer ${await token()}`;
  await setClock(now + 1800_000 - 1);
  assert.equal((await call("/app/cases/1", bearer)).status, 200);
  await setClock(now + 1800_000);
  await refusedWith(await call("/app/cases/1", bearer), 401, "TOKEN_EXPIRED");
});

test("revoked from the moment the list says so, though the signature was seen before", async () => {
  const bearer = `Bearer ${await token()}`;
  assert.equal((await call("/app/cases/1", bearer)).status, 200);
  const { notModified } = companion.calls;
  assert.equal((await call("/app/cases/1", bearer)).status, 200);
  assert.equal(companion.calls.notModified, notModified + 1, "asked again, with the ETag");
  await revoke(3);
  await refusedWith(await call("/app/cases/1", bearer), 401, "TOKEN_REVOKED");
  // Being revoked outranks missing scopes and closed addresses.
  await refusedWith(await call("/app/billing", bearer), 401, "TOKEN_REVOKED");
  await refusedWith(await call("/app/cases/1", bearer, { method: "POST" }), 401, "TOKEN_REVOKED");
});

test("an index beyond the list and a token without one are refused", async () => {
  await refusedWith(await call("/app/cases/1", `Bearer ${await token({ status: { status_list: { idx: 16, uri } } })}`), 401, "TOKEN_REVOKED");
  await refusedWith(await call("/app/cases/1", `Bearer ${await token({ status: undefined })}`), 401, "TOKEN_CLAIM_INVALID");
});

test("an older list cannot bring a session back, nor one that is forged, foreign or of another type", async () => {
  await revoke(3);
  const bearer = `Bearer ${await token()}`;
  await refusedWith(await call("/app/cases/1", bearer), 401, "TOKEN_REVOKED");
  const clean = Array.from({ length: 16 }, () => 0);
  const other = await makeKey("EdDSA");
  const forged = await statusListToken({ ...other, kid: key.kid }, uri, clean, { iat: iat + 1 });
  const lists = [
    await statusListToken(key, uri, clean, { iat: iat - 1 }),
    forged,
    await statusListToken(key, `${uri}0`, clean, { iat: iat + 1 }),
    await statusListToken(key, uri, clean, { iat: iat + 1, exp: now / 1000 }),
    await statusListToken(key, uri, clean, { iat: iat + 1 }, { typ: "at+jwt" }),
    await statusListToken(key, uri, clean, { iat: iat + 1 }, { alg: "none" }),
  ];
  for (const list of lists) {
    companion.etag = `"x${Math.random()}"`;
    companion.list = list;
    await refusedWith(await call("/app/cases/1", bearer), 401, "TOKEN_REVOKED");
  }
});

test("while lists cannot be fetched a young one serves, and then nothing does", async () => {
  const bearer = `Bearer ${await token()}`;
  assert.equal((await call("/app/cases/1", bearer)).status, 200);
  companion.available = false;
  await setClock(now + 30_000);
  assert.equal((await call("/app/cases/1", bearer)).status, 200);
  await setClock(now + 30_001);
  const response = await call("/app/cases/1", bearer);
  assert.equal(response.headers.get("Retry-After"), "1");
  await refusedWith(response, 503, "REVOCATION_UNAVAILABLE");
});

test("whatever claims to be an act-as token is verified, however it is presented", async () => {
  const good = await token();
  const [header, payload, signature] = good.split(".");
  const damaged = (text) => `${text.slice(0, -1)}${text.endsWith("A") ? "B" : "A"}`;
  const escaped = base64url(JSON.stringify(claims()).replace('"act_as"', '"\\u0061ct_as"'));
  const cases = [
    [`Bearer ${header}.${payload}.${damaged(signature.slice(0, -2))}AA`, "TOKEN_SIGNATURE_INVALID"],
    [`Bearer ${header}.${encodeJson(claims({ sub: "somebody_else" }))}.${signature}`, "TOKEN_SIGNATURE_INVALID"],
    [`Bearer ${header}.${escaped}.${signature}`, "TOKEN_SIGNATURE_INVALID"],
    [`Bearer ${encodeJson({ alg: "none", typ: "at+jwt" })}.${payload}.`, "TOKEN_MALFORMED"],
    [`Bearer ${encodeJson({ alg: "none" })}.${payload}.${signature}`, "TOKEN_SIGNATURE_INVALID"],
    [`Bearer x${header}.${payload}.${signature}`, "TOKEN_MALFORMED"],
    [`Bearer ${header}.${payload}=.${signature}`, "TOKEN_MALFORMED"],
    [`Bearer ${header}.${payload}.${signature}.`, "TOKEN_MALFORMED"],
    [`Bearer ${header}.${payload.slice(0, 40)}.${signature}`, "TOKEN_MALFORMED"],
    [`Bearer opaque, Bearer ${good}`, "TOKEN_MALFORMED"],
    [`Bearer ${good}, Bearer opaque`, "TOKEN_MALFORMED"],
    [`Bearer\t${good}`, "TOKEN_MALFORMED"],
    [`DPoP ${good}`, "TOKEN_MALFORMED"],
    [`token="${good}"`, "TOKEN_MALFORMED"],
    [`Bearer ${header}.${base64url(`${JSON.stringify(claims())} `.repeat(40))}.${signature}`, "TOKEN_MALFORMED"],
  ];
  for (const [authorization, code] of cases) {
    await refusedWith(await call("/app/cases/1", authorization), 401, code);
  }
  for (const scheme of ["bearer", "BEARER", "Bearer  "]) {
    assert.equal((await call("/app/cases/1", `${scheme} ${good}`)).status, 200, scheme);
  }
});

test("an unknown kid makes the keys be asked for once, and then not for a while", async () => {
  const next = await makeKey("ES256", "next");
  companion.keys = jwks(key, next);
  const calls = companion.calls.keys;
  const signed = await sign(next, claims({ status: { status_list: { idx: 3, uri } } }));
  await setClock(now + 31_000);
  assert.equal((await call("/app/cases/1", `Bearer ${signed}`)).status, 200);
  assert.equal(companion.calls.keys, calls + 1);
  const unknown = await sign({ ...next, kid: "unknown" }, claims());
  for (let at = 0; at < 5; at++) {
    await refusedWith(await call("/app/cases/1", `Bearer ${unknown}`), 401, "TOKEN_SIGNATURE_INVALID");
  }
  assert.equal(companion.calls.keys, calls + 1);
});

test("many requests at once do not wait for each other's work", async () => {
  const bearers = await Promise.all(Array.from({ length: 8 }, async (_, at) => `Bearer ${await token({ sid: `crowd${at}` })}`));
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, at) => call(`/app/cases/${at}`, bearers[at % 8])),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  const crowd = () => companion.events.filter(({ session }) => session.startsWith("crowd"));
  await until(() => crowd().length === 64, "64 events have arrived");
  assert.equal(new Set(crowd().map(({ id }) => id)).size, 64);
});

test("a verifier made at top level works, and workerd had nothing to complain about", async () => {
  const response = await fetch(`${worker.url}/alone?token=${await token()}`);
  const { error } = await response.json();
  assert.equal(error.code, "TOKEN_SIGNATURE_INVALID");
  assert.equal(error.reason, "unknown_key");
  assert.doesNotMatch(worker.output.text, /hallpass|hang|different request/i);
});
