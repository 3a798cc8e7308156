// The guard behind node:http, Express and Hono: the real libraries, real HTTP.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { connect } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import { scopesByRoute } from "../../js/dist/edge.js";
import { startCompanion, until } from "../edge/companion.mjs";
import { audience, claims, issuer, jwks, makeKey, now, sign } from "./issuer.mjs";
import { createGuard as guardNode } from "../../js/dist/node.js";
import { names, releaseSlowAnswer, start } from "./served.mjs";

const key = await makeKey("EdDSA");
const token = (overrides = {}) => sign(key, claims({ scope: "cases:read cases:write", ...overrides }));
const routes = [
  { methods: ["GET"], path: "/app/cases/*", scopes: ["cases:read"] },
  { methods: ["POST"], path: "/app/cases/*", scopes: ["cases:write"] },
  { methods: ["TRACE"], path: "/app/*", scopes: [] },
];
let companion;

const optionsOf = (more = {}) => ({
  issuer,
  audience,
  keys: jwks(key),
  now: () => now,
  requiredScopes: scopesByRoute(routes),
  report: { url: companion.url, delayMs: 1 },
  ...more,
});

/** A request as it is said: neither path nor headers are tidied up, as `fetch` would do. */
function call(port, { method = "GET", path = "/app/cases/1", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port, method, path, headers, agent: false }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, headers: response.headers, text, json: () => JSON.parse(text) });
    });
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode });
    });
    request.on("error", reject);
    if (body === undefined) return request.end();
    return body(request);
  });
}

function refusedWith(answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers["content-type"], "application/problem+json");
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(answer.json().error, code);
  if (status === 401) assert.match(answer.headers["www-authenticate"], /^Bearer error="invalid_token"/);
}

const upgrade = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13" };
const eventsOf = (id) => companion.events.filter(({ session }) => session === id);

before(async () => (companion = await startCompanion()));
after(() => companion.stop());
beforeEach(() => {
  companion.answers = {};
  companion.available = true;
  companion.events = [];
});

for (const name of names) {
  describe(name, () => {
    let served;
    before(async () => (served = await start(name, optionsOf())));
    after(async () => {
      await served.guard.flush();
      await served.stop();
    });
    const ask = (more) => call(served.port, more);

    test("others pass, without headers that only the guard may set, in whatever form they are read", async () => {
      const answer = await ask({
        method: "PUT",
        headers: { "Hallpass-Subject": "evil", "HALLPASS-Scopes": ["a:b", "c:d"], Hallpass_Actor: "evil", "Hallpass.Actor": "evil", "X-Other": ["1", "2"], Authorization: "Bearer opaque" },
      });
      assert.equal(answer.status, 200);
      const { method, headers, session, ...other } = answer.json();
      assert.equal(method, "PUT");
      assert.equal(session, null);
      assert.equal(headers["x-other"], "1, 2");
      assert.equal(headers.authorization, "Bearer opaque");
      assert.doesNotMatch(JSON.stringify([headers, other]), /hallpass|evil/i);
    });

    test("a live session comes with who acts for whom", async () => {
      const headers = { Authorization: `Bearer ${await token()}`, "Hallpass-Subject": "evil", "X-HTTP-Method-Override": "DELETE" };
      const told = (await ask({ headers })).json();
      assert.equal(told.session, "session_abc123");
      assert.equal(told.headers["hallpass-subject"], "user_12345");
      assert.equal(told.headers["hallpass-actor"], "admin_789");
      assert.equal(told.headers["hallpass-scopes"], "cases:read cases:write");
      assert.equal(told.headers["x-http-method-override"], undefined);
      assert.doesNotMatch(JSON.stringify(told), /evil|DELETE/);
      if (told.distinct !== undefined) assert.deepEqual(told.distinct["hallpass-subject"], ["user_12345"]);
    });

    test("what is refused gets problem JSON", async () => {
      const bearer = { Authorization: `Bearer ${await token()}` };
      refusedWith(await ask({ headers: { Authorization: `Bearer ${await token({ exp: now / 1000 })}` } }), 401, "TOKEN_EXPIRED");
      refusedWith(await ask({ headers: { Authorization: `Bearer ${(await token()).slice(0, -9)}AAAAAAAAA` } }), 401, "TOKEN_SIGNATURE_INVALID");
      refusedWith(await ask({ headers: { Authorization: `Bearer ${await token({ scope: "x:y" })}` } }), 403, "INSUFFICIENT_SCOPE");
      refusedWith(await ask({ headers: bearer, path: "/app/billing" }), 403, "FORBIDDEN");
      refusedWith(await ask({ headers: bearer, method: "DELETE" }), 403, "FORBIDDEN");
    });

    test("a second Authorization hides nothing", async () => {
      const hidden = `Bearer ${await token()}`;
      for (const pair of [["Bearer opaque", hidden], [hidden, "Bearer opaque"]]) {
        const lines = pair.map((value) => `Authorization: ${value}\r\n`).join("");
        const status = await new Promise((resolve, reject) => {
          const socket = connect(served.port, "127.0.0.1", () =>
            socket.write(`GET /app/cases/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}\r\n`));
          socket.once("data", (data) => resolve(Number(String(data).split(" ")[1]))).on("error", reject);
        });
        assert.equal(status, 401, pair.join());
      }
    });

    test("a path that could be read as another one is closed to sessions, and to them alone", async () => {
      const bearer = { Authorization: `Bearer ${await token()}` };
      for (const path of ["/app/billing/../cases/1", "/app/billing/%2e%2e/cases/1", "/app/cases\\1", "//app/cases/1", "/app/./cases/1", "/app/cases//1"]) {
        const answer = await ask({ path, headers: bearer });
        // Hono sees the address as the guard does, tidied up.
        const tidied = name === "hono" && !path.includes("//");
        if (tidied) assert.ok([200, 400, 403].includes(answer.status), `${path}: ${answer.status}`);
        else if (name === "express" && path.startsWith("//")) assert.equal(answer.json().session, null, "outside of what is guarded");
        else refusedWith(answer, 403, "FORBIDDEN");
      }
      assert.equal((await ask({ path: "/app/billing/../cases/1" })).status, 200);
      // A URL takes the first part of such a path for the host; Hono as well, for whom it is the same address then.
      for (const path of name === "hono" ? [] : ["http:///app/app/cases/1", "https:///app/app/cases/1"]) {
        refusedWith(await ask({ path, headers: bearer }), 403, "FORBIDDEN");
        assert.equal((await ask({ path })).status, 200);
      }
      for (const path of ["http://app.example/app/cases/1", "http://localhost:3000/app/cases/1?x=1"]) {
        assert.equal((await ask({ path, headers: bearer })).status, 200, "an address of a proxy's client");
      }
    });

    test("a body of 4 MB streams through as it was sent", async () => {
      const bytes = randomBytes(4 << 20);
      for (const Authorization of [`Bearer ${await token()}`, "Bearer opaque"]) {
        const answer = await ask({
          method: "POST",
          headers: { Authorization, "Transfer-Encoding": "chunked" },
          body: (request) => {
            for (let at = 0; at < bytes.length; at += 1 << 16) request.write(bytes.subarray(at, at + (1 << 16)));
            request.end();
          },
        });
        assert.deepEqual(answer.json(), { size: bytes.length, hash: createHash("sha256").update(bytes).digest("hex") });
      }
    });

    test("a caller who hangs up is on record all the same, and the next one is served", async () => {
      const Authorization = `Bearer ${await token({ sid: `gone-${name}` })}`;
      await assert.rejects(ask({
        method: "POST",
        headers: { Authorization, "Content-Length": 1000 },
        body: (request) => request.write("x".repeat(10), () => request.destroy()),
      }));
      await until(() => eventsOf(`gone-${name}`).length === 1, "the access is on record");
      assert.equal(eventsOf(`gone-${name}`)[0].method, "POST");
      if (name !== "hono") assert.equal(eventsOf(`gone-${name}`)[0].status, 499);
      assert.equal((await ask({ headers: { Authorization } })).status, 200);
    });

    test("an access is on record when its answer begins, however long the answer takes", async () => {
      const asked = ask({ path: "/app/cases/slow", headers: { Authorization: `Bearer ${await token({ sid: `slow-${name}` })}` } });
      await until(() => eventsOf(`slow-${name}`).length === 1, "the access is on record");
      assert.equal(eventsOf(`slow-${name}`)[0].status, 206);
      assert.equal(eventsOf(`slow-${name}`)[0].path, "/app/cases/slow");
      releaseSlowAnswer();
      assert.equal((await asked).text, "first last");
    });

    test("nothing is lost while the server is briefly away", async () => {
      companion.answers = { [`away-${name}`]: [503, 500] };
      const Authorization = `Bearer ${await token({ sid: `away-${name}` })}`;
      for (let at = 0; at < 5; at++) await ask({ path: `/app/cases/${at}`, headers: { Authorization } });
      refusedWith(await ask({ path: "/app/x", headers: { Authorization } }), 403, "FORBIDDEN");
      assert.equal(await served.guard.flush(), 0);
      assert.deepEqual(eventsOf(`away-${name}`).map(({ path, status }) => `${path} ${status}`).sort(),
        [...[0, 1, 2, 3, 4].map((at) => `/app/cases/${at} 200`), "/app/x 403"]);
      assert.equal(new Set(eventsOf(`away-${name}`).map(({ id }) => id)).size, 6);
    });

    test("what waits is bounded: then nothing happens that could not be recorded", async () => {
      companion.available = false;
      const full = await start(name, optionsOf({ report: { url: companion.url, delayMs: 1, maxWaiting: 2 } }));
      const headers = { Authorization: `Bearer ${await token({ sid: `full-${name}` })}` };
      assert.equal((await call(full.port, { headers })).status, 200);
      assert.equal((await call(full.port, { headers })).status, 200);
      refusedWith(await call(full.port, { headers }), 503, "SERVICE_UNAVAILABLE");
      assert.equal((await call(full.port)).status, 200, "others still pass");
      companion.available = true;
      assert.equal(await full.guard.flush(), 0);
      assert.equal(eventsOf(`full-${name}`).length, 2);
      assert.equal((await call(full.port, { headers })).status, 200);
      await full.guard.flush();
      await full.stop();
    });

    test("a read-only guard lets sessions look and not change", async () => {
      const readOnly = await start(name, optionsOf({ readOnly: true }));
      const headers = { Authorization: `Bearer ${await token()}` };
      assert.equal((await call(readOnly.port, { headers })).status, 200);
      refusedWith(await call(readOnly.port, { headers, method: "POST" }), 403, "FORBIDDEN");
      refusedWith(await call(readOnly.port, { headers, path: "/app/cases/1?_method=DELETE" }), 403, "FORBIDDEN");
      assert.equal((await call(readOnly.port, { method: "POST", body: (request) => request.end("x") })).status, 200);
      await readOnly.stop();
    });

    test("an upgrade is refused to a session", async () => {
      const answer = await ask({ headers: { ...upgrade, Authorization: `Bearer ${await token()}` } });
      refusedWith(answer, 403, "FORBIDDEN");
    });

    test("a guard that cannot be made lets no session through", async () => {
      const broken = await start(name, optionsOf({ clockSkewSeconds: 3600 }));
      const answer = await call(broken.port, { headers: { Authorization: `Bearer ${await token()}` } });
      assert.equal(answer.status, 500);
      assert.doesNotMatch(answer.text, /session_abc123/);
      assert.equal((await call(broken.port)).json().session, null);
      await broken.stop();
    });
  });
}

for (const name of names.filter((each) => each !== "hono")) {
  test(`${name}: upgrade listeners are guarded as well`, async () => {
    const served = await start(name, optionsOf(), { upgrades: true });
    assert.equal((await call(served.port, { headers: upgrade })).status, 101);
    refusedWith(await call(served.port, { headers: { ...upgrade, Authorization: `Bearer ${await token({ sid: `up-${name}` })}` } }), 403, "FORBIDDEN");
    assert.equal(await served.guard.flush(), 0);
    assert.deepEqual(eventsOf(`up-${name}`).map(({ status }) => status), [403]);
    await served.stop();
    const lenient = await start(name, optionsOf({ allowUpgrades: true }), { upgrades: true });
    assert.equal((await call(lenient.port, { headers: { ...upgrade, Authorization: `Bearer ${await token({ sid: `up2-${name}` })}` } })).status, 101);
    assert.equal(await lenient.guard.flush(), 0);
    assert.deepEqual(eventsOf(`up2-${name}`).map(({ status }) => status), [101]);
    await lenient.stop();
  });

  test(`${name}: a TRACE passes, and is checked where somebody acts`, async () => {
    const served = await start(name, optionsOf());
    assert.equal((await call(served.port, { method: "TRACE" })).json().method, "TRACE");
    const bearer = { Authorization: `Bearer ${await token({ exp: now / 1000 })}` };
    refusedWith(await call(served.port, { method: "TRACE", headers: bearer }), 401, "TOKEN_EXPIRED");
    await served.stop();
  });
}

test("express: a credential that something put there before the guard counts", async () => {
  const served = await start("express", optionsOf());
  refusedWith(await call(served.port, { headers: { "X-Cookie": `Bearer ${await token({ exp: now / 1000 })}` } }), 401, "TOKEN_EXPIRED");
  await served.stop();
});

test("node: HTTP/2 is guarded alike", async () => {
  const guard = guardNode(optionsOf(), (request, response, session) => {
    response.end(JSON.stringify({ headers: request.headers, raw: request.rawHeaders, session: session?.id ?? null }));
  });
  const server = createHttp2Server(guard);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = connectHttp2(`http://127.0.0.1:${server.address().port}`);
  const ask = async (headers) => {
    const stream = client.request({ ":path": "/app/cases/1", ...headers });
    let status;
    stream.on("response", (answer) => (status = answer[":status"])).end();
    let text = "";
    for await (const chunk of stream) text += chunk;
    return { status, ...JSON.parse(text) };
  };
  assert.doesNotMatch(JSON.stringify(await ask({ "hallpass-subject": "evil" })), /hallpass|evil/);
  const told = await ask({ "hallpass-subject": "evil", authorization: `Bearer ${await token({ sid: "http2" })}` });
  assert.equal(told.session, "http2");
  assert.equal(told.headers["hallpass-subject"], "user_12345");
  assert.doesNotMatch(JSON.stringify(told.raw), /evil/);
  assert.equal((await ask({ authorization: `Bearer ${await token({ exp: now / 1000 })}` })).error, "TOKEN_EXPIRED");
  assert.equal(await guard.flush(), 0);
  assert.deepEqual(eventsOf("http2").map(({ status }) => status), [200]);
  client.close();
  await new Promise((resolve) => server.close(resolve));
});
