// What a status list says of itself, and what is kept of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { createVerifier } from "../../js/dist/edge.js";
import { audience, base64url, claims, issuer, jwks, makeKey, now, sign, statusListToken } from "./issuer.mjs";

const key = await makeKey("EdDSA");
const uri = "https://api.example.com/status/1";
const token = (idx) => sign(key, claims({ jti: `t${idx}`, status: { status_list: { idx, uri } } }));
const three = await token(3);
const list = (overrides = {}, by = key) => statusListToken(by, uri, Array.from({ length: 16 }, () => 0), overrides);
const packed = (bits, ...bytes) => ({ status_list: { bits, lst: base64url(deflateSync(Uint8Array.from(bytes))) } });

/** A verifier whose list and clock the test sets. */
async function stage(revocation = {}, keys = jwks(key)) {
  const scene = { time: now, list: "", asked: [], etag: null };
  const fetch = async (url, { headers } = {}) => {
    if (url !== uri) return Response.json(scene.keys);
    const known = headers["If-None-Match"] ?? null;
    scene.asked.push(known);
    if (known !== null && known === scene.etag) return new Response(null, { status: 304 });
    return new Response(scene.list, scene.etag === null ? {} : { headers: { ETag: scene.etag } });
  };
  scene.verify = await createVerifier({ issuer, audience, keys, fetch, now: () => scene.time, revocation });
  scene.check = async (each = three) => {
    const result = await scene.verify(each, { now });
    return result.ok ? "ok" : result.error.code;
  };
  return scene;
}

test("a list is asked for again when its ttl is over, and may be older while asking fails", async () => {
  for (const [ttl, asks] of [[5, true], [0.5, true], [undefined, false], [0, false], [-5, false], ["x", false], [null, false], [3600, false]]) {
    const scene = await stage({ maxAgeSeconds: 600, maxStaleSeconds: 600 });
    scene.list = await list({ ttl });
    assert.equal(await scene.check(), "ok");
    scene.time += 5_001;
    scene.list = "";
    assert.equal(await scene.check(), "ok", `${ttl}`);
    assert.equal(scene.asked.length, asks ? 2 : 1, `${ttl}`);
  }
  const scene = await stage({ maxAgeSeconds: 1 });
  scene.list = await list({ ttl: 3600 });
  await scene.check();
  scene.time += 1_001;
  await scene.check();
  assert.equal(scene.asked.length, 2, "a longer ttl does not stretch maxAgeSeconds");
});

test("a list from the future is refused, and keeps no later one out", async () => {
  const scene = await stage();
  scene.list = await list({ iat: now / 1000 + 86_400, exp: now / 1000 + 90_000 });
  assert.equal(await scene.check(), "REVOCATION_UNAVAILABLE");
  scene.list = await list({ iat: now / 1000 + 60.001, exp: now / 1000 + 900 });
  assert.equal(await scene.check(), "REVOCATION_UNAVAILABLE");
  scene.list = await list({ iat: now / 1000 });
  assert.equal(await scene.check(), "ok");
  scene.time += 2_000;
  scene.list = await list({ iat: now / 1000 + 62 });
  assert.equal(await scene.check(), "ok", "as far ahead as clocks may differ");
  scene.time += 2_000;
  scene.list = await statusListToken(key, uri, [0, 0, 0, 1], { iat: now / 1000 + 63 });
  assert.equal(await scene.check(), "TOKEN_REVOKED");
});

test("statuses are as wide as the list says", async () => {
  const cases = [
    [packed(2, 0x40), "TOKEN_REVOKED"], [packed(2, 0x80), "TOKEN_REVOKED"], [packed(2, 0x3f), "ok"],
    [packed(4, 0xff, 0x10), "TOKEN_REVOKED"], [packed(4, 0xff, 0x0f), "ok"],
    [packed(8, 1, 1, 1, 9), "TOKEN_REVOKED"], [packed(8, 1, 1, 1, 0), "ok"], [packed(8, 0, 0, 0), "TOKEN_REVOKED"],
    [packed(1, 0xf7), "ok"], [packed(1, 0x08), "TOKEN_REVOKED"],
  ];
  for (const bits of [0, 3, 1.5, 16, -1, "1", null, undefined, true]) cases.push([packed(bits, 0, 0, 0, 0), "REVOCATION_UNAVAILABLE"]);
  for (const [overrides, expected] of cases) {
    const scene = await stage();
    scene.list = await list(overrides);
    assert.equal(await scene.check(), expected, JSON.stringify(overrides));
  }
});

test("the list is asked for with its ETag, but not once other keys have come", async () => {
  const scene = await stage({ maxAgeSeconds: 0 }, "https://keys.example/jwks");
  scene.keys = jwks(key);
  scene.list = await list();
  scene.etag = '"1"';
  for (let again = 0; again < 3; again++) assert.equal(await scene.check(), "ok");
  assert.deepEqual(scene.asked, [null, '"1"', '"1"']);
  scene.keys = jwks(key, await makeKey("EdDSA", "next"));
  scene.time += 61_000;
  assert.equal(await scene.check(), "ok");
  assert.deepEqual(scene.asked.at(-1), null, "what withdrawn keys may have signed is read anew");
  assert.equal(await scene.check(), "ok");
  assert.deepEqual(scene.asked.at(-1), '"1"');
});

test("a server that says 304 to nothing is not believed", async () => {
  let time = now;
  let answer = () => new Response(null, { status: 304 });
  const verify = await createVerifier({ issuer, audience, keys: jwks(key), now: () => time, fetch: async () => answer(), revocation: {} });
  assert.equal((await verify(three, { now })).error.code, "REVOCATION_UNAVAILABLE");
  const text = await list();
  answer = () => new Response(text); // without an ETag
  assert.equal((await verify(three, { now })).ok, true);
  answer = () => new Response(null, { status: 304 });
  time += 20_000;
  assert.equal((await verify(three, { now })).ok, true);
  time += 20_000;
  assert.equal((await verify(three, { now })).error.code, "REVOCATION_UNAVAILABLE");
});

test("a list that has run out says nothing, whoever says that it has not changed", async () => {
  for (const etag of [null, '"1"']) {
    const scene = await stage({ maxAgeSeconds: 600, maxStaleSeconds: 600 });
    scene.etag = etag;
    scene.list = await list({ ttl: undefined, exp: now / 1000 + 100 });
    scene.time += 99_999;
    assert.equal(await scene.check(), "ok");
    if (etag === null) scene.list = "";
    scene.time += 1;
    assert.equal(await scene.check(), "REVOCATION_UNAVAILABLE", etag);
  }
});

test("a clock that was set back makes a list old, not young for ever", async () => {
  const scene = await stage({ maxAgeSeconds: 60 });
  scene.etag = '"1"';
  scene.list = await list({ iat: now / 1000 - 7_200 });
  assert.equal(await scene.check(), "ok");
  assert.equal(await scene.check(), "ok");
  assert.equal(scene.asked.length, 1);
  scene.time -= 3_600_000;
  assert.equal(await scene.check(), "ok");
  assert.equal(scene.asked.length, 2);
});

test("of two answers that overlap, the one to the later request counts", async () => {
  const scene = await stage({ maxAgeSeconds: 0 });
  const answers = [];
  const verify = await createVerifier({
    issuer, audience, keys: jwks(key), now: () => scene.time, revocation: { maxAgeSeconds: 0 },
    fetch: () => new Promise((resolve) => answers.push(async (text) => resolve(new Response(await text)))),
  });
  const earlier = verify(three);
  while (answers.length < 1) await new Promise((resolve) => setImmediate(resolve));
  scene.time += 10;
  const later = verify(three);
  while (answers.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await answers[1](statusListToken(key, uri, [0, 0, 0, 1]));
  assert.equal((await later).error.code, "TOKEN_REVOKED");
  await answers[0](list()); // of the same second, and from before the session was ended
  assert.equal((await earlier).error.code, "TOKEN_REVOKED");
});

test("what a list marks that is older than a token's first use is looked up anew: its place was not given then", async () => {
  const scene = await stage({ maxAgeSeconds: 60 });
  scene.list = await statusListToken(key, uri, [0, 0, 0, 0, 1]);
  assert.equal(await scene.check(), "ok");
  scene.time += 10;
  const four = await token(4);
  scene.list = "";
  assert.equal(await scene.check(four), "REVOCATION_UNAVAILABLE");
  scene.list = await list();
  assert.equal(await scene.check(four), "ok");
});
