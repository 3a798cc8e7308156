// Revocations as they happen, in a real workerd: the stream is held beside the requests.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audience, claims, issuer, jwks, makeKey, now, sign, statusListToken } from "../js/issuer.mjs";
import { startCompanion, until } from "./companion.mjs";
import { startWorkerd } from "./workerd.mjs";

let companion;
let worker;
let bearer;
let uri;

before(async () => {
  const key = await makeKey("EdDSA");
  companion = await startCompanion();
  companion.keys = jwks(key);
  uri = `${companion.url}/status/1`;
  companion.list = await statusListToken(key, uri, Array.from({ length: 64 }, () => 0));
  bearer = async (idx) => `Bearer ${await sign(key, claims({ jti: `t${idx}`, status: { status_list: { idx, uri } } }))}`;
  worker = await startWorkerd("guarded.worker.mjs", {
    issuer,
    audience,
    companion: companion.url,
    start: now,
    revocation: { maxAgeSeconds: 1, maxStaleSeconds: 30, push: { url: `${companion.url}/api/v1/token-status/events` } },
  });
});
after(async () => {
  await worker?.stop();
  await companion?.stop();
});

const message = (id, event, data) => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const call = async (authorization) => (await fetch(`${worker.url}/app/x`, { headers: { Authorization: authorization } })).status;
const setClock = (ms) => fetch(`${worker.url}/clock?ms=${ms}`);

test("one stream for all requests; what it names is refused from then on; it is taken up again where it ended", async () => {
  const [one, two, three] = await Promise.all([1, 2, 3].map(bearer));
  for (const each of [one, two, three, one]) assert.equal(await call(each), 200);
  await until(() => companion.streams.length > 0, "the stream is open");
  const [stream] = companion.streams;
  stream.write(message(7, "ready", { resumed: false }));
  // Once the stream counts, the list is asked for anew, and then rests though the clock goes on.
  const { list } = companion.calls;
  let time = now;
  await until(async () => {
    await setClock(++time);
    const before = companion.calls.list;
    assert.equal(await call(one), 200);
    return before > list && companion.calls.list === before;
  }, "the list was asked for once more");
  const rested = companion.calls.list;
  for (let second = 1; second < 8; second++) {
    await setClock(time + second * 1000);
    stream.write(": still here\n\n");
    assert.equal(await call(one), 200);
  }
  assert.equal(companion.calls.list, rested);
  assert.equal(companion.streams.length, 1, "held by one request, for all");

  stream.write(message(8, "revoked", { tokens: [{ uri, idx: 1 }] }));
  await until(async () => (await call(one)) === 401, "the revocation has arrived");
  assert.equal(await call(two), 200);
  assert.equal(companion.calls.list, rested, "without the list");

  stream.end();
  await until(() => companion.streams.length === 2, "a new stream is open");
  assert.equal(companion.streams[1].lastEventId, "8");
  companion.streams[1].write(message(9, "revoked", { tokens: [{ uri, idx: 2 }] }));
  await until(async () => (await call(two)) === 401, "what was missed has arrived");
  assert.equal(await call(one), 401);
  assert.equal(await call(three), 200);
  assert.doesNotMatch(worker.output.text, /hallpass|hang|different request/i);
});
