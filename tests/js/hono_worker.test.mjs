// hallpass/hono where Hono is at home: in workerd, which waits for reports itself.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startCompanion, until } from "../edge/companion.mjs";
import { startWorkerd } from "../edge/workerd.mjs";
import { audience, claims, issuer, jwks, makeKey, now, sign } from "./issuer.mjs";

const key = await makeKey("ES256");
const token = (overrides) => sign(key, claims(overrides));
let companion;
let worker;

before(async () => {
  companion = await startCompanion();
  companion.keys = jwks(key);
  worker = await startWorkerd("../js/hono.worker.mjs", { issuer, audience, companion: companion.url, now });
});
after(async () => {
  await worker?.stop();
  await companion?.stop();
});

test("who acts for whom reaches the application, and what they did the record", async () => {
  const call = async (authorization, body) => {
    const headers = { "Hallpass-Subject": "evil", ...(authorization && { Authorization: authorization }) };
    const response = await fetch(`${worker.url}/cases/7`, body === undefined ? { headers } : { method: "POST", headers, body });
    return { status: response.status, ...(await response.json()) };
  };
  const other = await call();
  assert.equal(other.session, null);
  assert.doesNotMatch(JSON.stringify(other), /evil/);
  companion.answers = { worker: [503] };
  const acting = await call(`Bearer ${await token({ sid: "worker" })}`, "x".repeat(100_000));
  assert.equal(acting.session, "worker");
  assert.equal(acting.size, 100_000);
  assert.equal(acting.headers["hallpass-subject"], "user_12345");
  assert.equal((await call(`Bearer ${await token({ exp: now / 1000 })}`)).error, "TOKEN_EXPIRED");
  await until(() => companion.events.length === 1, "the access is on record");
  const [{ session, method, path, status }] = companion.events;
  assert.deepEqual({ session, method, path, status }, { session: "worker", method: "POST", path: "/cases/7", status: 200 });
  assert.doesNotMatch(worker.output.text, /hallpass|hang|different request/i);
});
