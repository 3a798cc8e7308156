// The record of what sessions did: nothing is lost, nothing is counted twice, nothing grows for ever.
import assert from "node:assert/strict";
import { test } from "node:test";
import { internals } from "../wasm/internals.mjs";

const event = (id, overrides = {}) => ({
  id,
  at: "2026-11-20T12:00:00.000Z",
  method: "GET",
  resourceType: "case",
  path: "/app/cases/1",
  status: 200,
  durationMs: 1,
  ...overrides,
});

/** A reporter whose posts go to `answer`, which gets the events and gives a status. */
function reporterTo(answer, options = {}) {
  const arrived = [];
  const fetch = async (_url, { body }) => {
    const { events } = JSON.parse(body);
    const status = answer(events);
    if (status === null) throw new TypeError("away");
    if (status === 202) arrived.push(...events.map(({ id }) => id));
    return new Response(null, { status });
  };
  return { arrived, reporter: new internals.Reporter({ url: "https://s.example/", delayMs: 0, fetch, ...options }) };
}

test("events travel in batches of one session", async () => {
  const sizes = [];
  const { arrived, reporter } = reporterTo((events) => sizes.push(events.length) && 202);
  for (let at = 0; at < 450; at++) reporter.add(at < 440 ? "a" : "b", "token", event(`e${at}`));
  await reporter.flush();
  assert.equal(arrived.length, 450);
  assert.deepEqual(sizes, [200, 200, 40, 10]);
});

test("one event that the server will not have takes no other along", async () => {
  const { arrived, reporter } = reporterTo((events) => (events.some(({ id }) => id === "e3") ? 400 : 202));
  for (let at = 0; at < 10; at++) reporter.add("a", "token", event(`e${at}`));
  await reporter.flush();
  assert.deepEqual(arrived.sort(), ["e0", "e1", "e2", "e4", "e5", "e6", "e7", "e8", "e9"]);
  assert.equal(reporter.full, false);
});

test("what waits is bounded, and a server that comes back gets all of it", async () => {
  let away = true;
  const { arrived, reporter } = reporterTo(() => (away ? null : 202), { maxWaiting: 3 });
  for (let at = 0; at < 3; at++) reporter.add("a", "token", event(`e${at}`));
  assert.equal(reporter.full, true);
  const flushing = reporter.flush();
  setTimeout(() => (away = false), 50);
  await flushing;
  assert.deepEqual(arrived, ["e0", "e1", "e2"]);
  assert.equal(reporter.full, false);
});

test("overlong and odd values are cut to what the server takes", async () => {
  const seen = [];
  const { reporter } = reporterTo((events) => seen.push(...events) && 202);
  reporter.add("a", "token", event("e", { path: `/${"x".repeat(5000)}`, resourceType: "", resourceId: "é\n", method: "M".repeat(99), status: 0, durationMs: 1e12 }));
  await reporter.flush();
  const [{ path, resourceType, resourceId, method, status, durationMs }] = seen;
  assert.equal(path.length, 1024);
  assert.deepEqual({ resourceType, resourceId, method: method.length, status, durationMs }, { resourceType: "?", resourceId: "??", method: 32, status: 502, durationMs: 3_600_000 });
});
