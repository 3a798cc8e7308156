// What goes on beside the requests: lists are asked for before they are too old, the record is sent by one for all.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createGuard, createVerifier } from "../../js/dist/edge.js";
import { internals } from "../wasm/internals.mjs";
import { audience, claims, issuer, jwks, makeKey, now as start, sign, statusListToken } from "./issuer.mjs";

const key = await makeKey("EdDSA");
const uri = "https://api.example.com/status/1";
const token = await sign(key, claims({ status: { status_list: { idx: 1, uri } } }));
const list = await statusListToken(key, uri, [0, 0]);

test("a list past half of its age is asked for beside the requests, which do not wait", async () => {
  let time = start;
  let calls = 0;
  let release = () => {};
  let gate;
  const fetch = async () => {
    calls++;
    await gate;
    return new Response(list, { headers: { ETag: '"1"' } });
  };
  const verify = await createVerifier({ issuer, audience, keys: jwks(key), now: () => time, fetch, revocation: { maxAgeSeconds: 2 } });
  await verify(token);
  time += 1_000;
  assert.equal(verify.seen(token).ok, true);
  assert.equal(verify.upkeep(), undefined, "young enough");
  time += 1;
  gate = new Promise((resolve) => (release = resolve));
  assert.equal(verify.seen(token).ok, true);
  const asking = verify.upkeep();
  assert.ok(asking instanceof Promise);
  for (let more = 0; more < 5; more++) {
    assert.equal(verify.seen(token).ok, true);
    assert.equal(verify.upkeep(), undefined, "somebody asks already");
  }
  release();
  await asking;
  assert.equal(calls, 2);
  time += 1_000;
  assert.equal(verify.seen(token).ok, true, "as young as if it had been waited for");
});

test("the guard gives the runtime what is to be done after the answer", async () => {
  let time = start;
  const given = [];
  const context = { waitUntil: (promise) => given.push(promise) };
  const fetch = async () => new Response(list);
  const guard = createGuard({ issuer, audience, keys: jwks(key), now: () => time, fetch, revocation: { maxAgeSeconds: 2 } }, () => new Response("ok"));
  const request = () => new Request("https://app.example/x", { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await guard(request(), {}, context)).status, 200);
  assert.equal(given.length, 0);
  time += 1_500;
  assert.equal((await guard(request(), {}, context)).status, 200);
  assert.equal(given.length, 1);
  await given[0];
});

test("every 401 and 403 carries a challenge; a closed address names no scope", async () => {
  const rules = { issuer, audience, keys: jwks(key), now: () => start, fetch: async () => new Response(list) };
  const ask = async (options, init = {}, bearer = token) => {
    const guard = createGuard({ ...rules, ...options }, () => new Response("ok"));
    const response = await guard(new Request("https://app.example/x", { ...init, headers: { Authorization: `Bearer ${bearer}` } }), {}, undefined);
    return [response.status, response.headers.get("WWW-Authenticate")];
  };
  const text = '"[ !#-\\[\\]-~]+"';
  const [expired, why] = await ask({ now: () => start + 1_800_000 });
  assert.equal(expired, 401);
  assert.match(why, new RegExp(`^Bearer error="invalid_token", error_description=${text}$`));
  for (const [options, init] of [[{ requiredScopes: () => null }, {}], [{ readOnly: true }, { method: "POST" }]]) {
    const [status, challenge] = await ask(options, init);
    assert.equal(status, 403);
    assert.match(challenge, new RegExp(`^Bearer error="insufficient_scope", error_description=${text}$`));
  }
  const [, scoped] = await ask({ requiredScopes: ["cases:write"] });
  assert.match(scoped, /, scope="cases:write"$/);
});

const event = (id) => ({ id, at: "2026-11-20T12:00:00.000Z", method: "GET", resourceType: "case", path: "/x", status: 200, durationMs: 1 });

test("one request sends for all; where the runtime ends it, another carries on and nothing is lost", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  try {
    const arrived = [];
    let answers = false;
    const fetch = (_url, { body }) => {
      if (!answers) return new Promise(() => {}); // the request that sent this was ended: nothing comes back
      arrived.push(...JSON.parse(body).events.map(({ id }) => id));
      return Promise.resolve(new Response(null, { status: 202 }));
    };
    const reporter = new internals.Reporter({ url: "https://s.example", delayMs: 10, fetch });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    reporter.add("a", "token", event("e1"));
    assert.ok(reporter.flush() instanceof Promise);
    reporter.add("a", "token", event("e2"));
    assert.equal(reporter.flush(), undefined, "somebody is at it");
    mock.timers.tick(10);
    await turn();
    mock.timers.tick(5_999);
    assert.equal(reporter.flush(), undefined, "it may yet be answered");
    mock.timers.tick(2);
    answers = true;
    const sending = reporter.flush();
    assert.ok(sending instanceof Promise, "another one takes over");
    mock.timers.tick(10);
    await sending;
    assert.deepEqual(arrived, ["e1", "e2"]);
    assert.equal(reporter.flush(), undefined, "nothing is left");
  } finally {
    mock.timers.reset();
  }
});

test("what waits is bounded by its size as well: a few huge tokens fill it", () => {
  const reporter = new internals.Reporter({ url: "https://s.example", fetch: () => new Promise(() => {}) });
  let sessions = 0;
  while (!reporter.full) reporter.add(`s${++sessions}`, "t".repeat(16_000), event(`e${sessions}`));
  assert.ok(sessions < 300, `${sessions} sessions`);
});
