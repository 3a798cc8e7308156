// Security event tokens (RFC 8417, OpenID CAEP 1.0) pushed (RFC 8935) to a real HTTPS receiver, on SQLite and on PostgreSQL.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bearer, hallpassd, HallpassServer } from "./hallpass_server.mjs";
import { certificate } from "./receivers/certificate.mjs";

const support = "/api/v1/support-access";
const caep = "https://schemas.openid.net/secevent/caep/event-type/";
const audience = "https://rp.example/caep";
const reason = "The parcel does not show on the map";
const folder = mkdtempSync(join(tmpdir(), "hallpass-signals-"));
const received = [];
const waiting = [];
const answers = [];
let receiver;
let server;

/** The next push, in the order in which they come. */
function next() {
  if (received.length > 0) return received.shift();
  return new Promise((take, fail) => {
    const late = setTimeout(() => fail(new Error("no security event came")), 20_000);
    waiting.push((push) => {
      clearTimeout(late);
      take(push);
    });
  });
}

before(async () => {
  receiver = createServer(certificate(folder), async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    response.writeHead(answers.shift() ?? 202).end();
    const push = { body, headers: request.headers, path: request.url, method: request.method };
    const taker = waiting.shift();
    if (taker) taker(push);
    else received.push(push);
  });
  await new Promise((ready) => receiver.listen(0, "127.0.0.1", ready));
  const url = `https://127.0.0.1:${receiver.address().port}/ssf`;
  server = await HallpassServer.start([
    { type: "tenant", id: "bureau", name: "Bureau", profile: "support_access" },
    { type: "tenant", id: "elders", name: "Elders", profile: "support_access" },
    { type: "user", id: "piet", name: "Piet de Boer", email: "piet@example.nl" },
    { type: "user", id: "jan", name: "Jan", email: "jan@example.nl", roles: ["helpdeskAgent"], allTenants: true },
    { type: "user", id: "ada", name: "Ada", email: "ada@example.nl", roles: ["helpdeskAdmin"], allTenants: true },
    ...["bureau", "elders"].map((tenantId) => ({ type: "membership", tenantId, userId: "piet", scopes: ["parcels:read"] })),
  ], ["--demo", "--sweep-seconds", "1", "--webhook", `name=caep,url=${url},format=caep,audience=${audience},tenant=bureau`,
    "--webhook-ca", join(folder, "cert.pem"), "--webhook-network", "127.0.0.0/8",
    "--message-attempts", "3", "--message-first-pause-ms", "20"]);
});
after(async () => {
  await server?.stop();
  receiver?.close();
  receiver?.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

const part = (jws, at) => JSON.parse(Buffer.from(jws.split(".")[at], "base64url").toString());

async function start(tenantId = "bureau") {
  const answer = await server.ask(signedIn("jan"), "POST", `${support}/support-sessions`, { tenantId, targetUserId: "piet", reason });
  assert.equal(answer.status, 201, answer.body);
  return JSON.parse(answer.body);
}
const end = (id, by = "jan") => server.ask(signedIn(by), "POST", `${support}/support-sessions/${id}/end`, {});

/** Bearers that outlive the hours by which a test moves the server's clock. */
const signedIn = (user) => ({ bearer: bearer(user, { exp: Math.floor(Date.now() / 1000) + 86_400 }) });

/** The claims of a push whose form, signature and subject are right. */
async function claimsOf(push, sessionId) {
  assert.equal(push.method, "POST");
  assert.equal(push.headers["content-type"], "application/secevent+jwt");
  assert.equal(push.headers.accept, "application/json");
  const [header, payload, signature] = push.body.split(".");
  const { typ, kid } = part(push.body, 0);
  assert.equal(typ, "secevent+jwt");
  const { keys } = JSON.parse((await server.ask(null, "GET", "/.well-known/jwks.json")).body);
  const key = createPublicKey({ key: keys.find((each) => each.kid === kid), format: "jwk" });
  assert.ok(verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url")));
  const claims = part(push.body, 1);
  assert.equal(claims.iss, server.base);
  assert.equal(claims.aud, audience);
  assert.ok(Number.isInteger(claims.iat) && claims.jti.length > 10);
  for (const claim of ["sub", "exp", "act", "act_as", "sid", "scope"]) assert.ok(!(claim in claims), claim);
  // All three together: a receiver that has the user's own sessions finds none of them.
  assert.deepEqual(claims.sub_id, {
    format: "complex", session: { format: "opaque", id: sessionId },
    user: { format: "iss_sub", iss: server.base, sub: "piet" }, tenant: { format: "opaque", id: "bureau" },
  });
  assert.equal(Object.keys(claims.events).length, 1);
  return claims;
}

test("a session that starts and is ended is told as established and revoked", async () => {
  for (const [by, entity] of [["jan", "user"], ["ada", "admin"]]) {
    const { session } = await start();
    const established = await claimsOf(await next(), session.id);
    const event = established.events[`${caep}session-established`];
    assert.equal(event.initiating_entity, "user");
    assert.equal(event.event_timestamp, Math.floor(Date.parse(session.startedAt) / 1000));
    assert.equal((await end(session.id, by)).status, 200);
    const revoked = await claimsOf(await next(), session.id);
    assert.equal(revoked.events[`${caep}session-revoked`].initiating_entity, entity);
    assert.notEqual(revoked.jti, established.jti);
  }
});

test("a session that runs out was not revoked, and another tenant's is not told", async () => {
  const { session } = await start();
  await claimsOf(await next(), session.id);
  await server.ask(null, "POST", "/demo/clock", { advanceSeconds: 3 * 3600 });
  assert.equal((await end((await start("elders")).session.id)).status, 200);
  const second = await start();
  const claims = await claimsOf(await next(), second.session.id);
  assert.ok(`${caep}session-established` in claims.events);
  await end(second.session.id);
  await claimsOf(await next(), second.session.id);
});

test("what was not taken comes again, the very same token", async () => {
  answers.push(503);
  const { session } = await start();
  const first = await next();
  const again = await next();
  assert.equal(again.body, first.body);
  await claimsOf(again, session.id);
  await end(session.id);
  await claimsOf(await next(), session.id);
});

test("a security event is neither an act-as token nor a receipt nor a credential", async () => {
  const { session } = await start();
  const { body } = await next();
  const judged = await server.ask(signedIn("jan"), "POST", `${support}/validate-token`, { token: body });
  assert.equal(JSON.parse(judged.body).is_valid, false);
  assert.equal((await server.ask({ bearer: body }, "GET", "/api/v1/me")).status, 401);
  const [file, keys] = [join(folder, "set.jwt"), join(folder, "jwks.json")];
  writeFileSync(file, body);
  writeFileSync(keys, (await server.ask(null, "GET", "/.well-known/jwks.json")).body);
  assert.equal(spawnSync(hallpassd, ["audit", "verify-receipt", file, "--keys", keys]).status, 2);
  await end(session.id);
  await next();
});

test("signed with a shared secret nobody could check it without being able to forge: it is not sent", async () => {
  for (const command of [["generate", "--alg", "HS256"], ["rotate"]]) {
    const done = spawnSync(hallpassd, ["keys", ...command, "--key-file", server.keyFile], { encoding: "utf8" });
    assert.equal(done.status, 0, done.stderr);
  }
  const deadline = Date.now() + 20_000;
  for (let alg = ""; alg !== "HS256";) { // the running server takes to the new key by itself
    assert.ok(Date.now() < deadline, "the server does not take to the new key");
    const { session, delegatedToken } = await start("elders"); // of which the receiver hears nothing
    await end(session.id);
    alg = part(delegatedToken, 0).alg;
  }
  const { session } = await start();
  let letters = [];
  while (letters.length === 0 && Date.now() < deadline) {
    letters = JSON.parse((await server.ask(signedIn("ada"), "GET", "/api/v1/admin/dead-letters")).body).items;
  }
  assert.match(letters[0].failure, /not public/);
  assert.equal(letters[0].channel, "webhook:caep");
  assert.equal(received.length, 0);
  await end(session.id);
});

test("where the key is a shared secret already, a server with such a webhook does not start, and the check says why", () => {
  const serve = (format, ...more) => {
    const settings = ["serve", "--demo", "--port", "0", "--key-file", server.keyFile, ...more];
    return server.run(...settings, "--webhook", `name=a,url=https://rp.example/,${format}`);
  };
  const checked = serve("format=caep,audience=x", "--check");
  assert.match(checked.stdout, /REFUSED\s+webhooks: the key that signs is not public/);
  const refused = serve("format=caep,audience=x");
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /algorithm_refused.*webhook a: the key that signs is not public/);
  assert.match(serve("format=slack", "--check").stdout, /good\s+webhooks: 1 of them/);
});

test("a setting that makes no sense is refused at the start", () => {
  for (const text of ["format=caep", "format=standard,audience=x", "format=caep2,audience=x"]) {
    const { status } = spawnSync(hallpassd, ["serve", "--check", "--demo", "--database", `sqlite:${join(folder, "none.db")}`,
      "--webhook", `name=a,url=https://rp.example/,secret=${join(folder, "key.pem")},${text}`]);
    assert.notEqual(status, 0, text);
  }
});
