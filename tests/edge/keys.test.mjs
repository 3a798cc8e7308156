// Keys that change, in a real workerd, where no request may wait for another one's fetch.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audience, claims, issuer, jwks, makeKey, now, sign, statusListToken } from "../js/issuer.mjs";
import { startCompanion, until } from "./companion.mjs";
import { startWorkerd } from "./workerd.mjs";

let companion;
let worker;
let key;
let token;

before(async () => {
  key = await makeKey("EdDSA");
  companion = await startCompanion();
  companion.keys = jwks(key);
  const uri = `${companion.url}/status/1`;
  companion.list = await statusListToken(key, uri, Array.from({ length: 16 }, () => 0), { iat: now / 1000 });
  token = (by, sid) => sign(by, claims({ sid, status: { status_list: { idx: 3, uri } } }));
  worker = await startWorkerd("guarded.worker.mjs", {
    issuer, audience, companion: companion.url, start: now, revocation: { maxAgeSeconds: 60, maxStaleSeconds: 600 },
  });
});
after(async () => {
  await worker?.stop();
  await companion?.stop();
});

const setClock = (ms) => fetch(`${worker.url}/clock?ms=${ms}`);
const call = async (bearer) => {
  const response = await fetch(`${worker.url}/app/x`, { headers: { Authorization: `Bearer ${bearer}` } });
  return response.ok ? "ok" : (await response.json()).error;
};

test("requests that meet a new key at once wait for nobody, and none is told that its token is bad", async () => {
  assert.equal(await call(await token(key, "old")), "ok");
  const next = await makeKey("EdDSA", "next");
  companion.keys = jwks(key, next);
  await setClock(now + 31_000);
  const { keys } = companion.calls;
  const tokens = await Promise.all(Array.from({ length: 24 }, (_, at) => token(next, `s${at}`)));
  companion.gate = new Promise((resolve) => setTimeout(resolve, 300)); // until all have come
  const answers = await Promise.all(tokens.map(call));
  assert.deepEqual([...new Set(answers)].sort(), ["KEYS_UNAVAILABLE", "ok"]);
  assert.equal(companion.calls.keys, keys + 1);
  for (const each of tokens) assert.equal(await call(each), "ok");
});

test("while the keys cannot be fetched an unknown kid is answered with 503, and soon after they can with 200", async () => {
  const later = await makeKey("EdDSA", "later");
  const bearer = await token(later, "later");
  companion.keys = jwks(key, later);
  await setClock(now + 62_000);
  companion.available = false;
  assert.equal(await call(bearer), "KEYS_UNAVAILABLE");
  companion.available = true;
  assert.equal(await call(bearer), "KEYS_UNAVAILABLE", "asking has just failed");
  await setClock(now + 63_000);
  await until(async () => (await call(bearer)) === "ok", "the key is known");
});
