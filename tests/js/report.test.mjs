// The record of what sessions did: nothing is lost, nothing is counted twice, nothing grows for ever.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { internals } from "../wasm/internals.mjs";

const said = mock.method(console, "error", () => {});
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

/** A refusal as the server writes them. */
const problem = (status) =>
  new Response(JSON.stringify({ title: "no", status, error: "VALIDATION_ERROR" }), { status, headers: { "Content-Type": "application/problem+json" } });

/** A reporter whose posts go to `answer`, which gets the events and gives a status, or the whole answer. */
function reporterTo(answer, options = {}) {
  const arrived = [];
  const fetch = async (_url, { body }) => {
    const { events } = JSON.parse(body);
    const status = answer(events);
    if (status === null) throw new TypeError("away");
    if (status instanceof Response) return status;
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
  const { arrived, reporter } = reporterTo((events) => (events.some(({ id }) => id === "e3") ? problem(400) : 202));
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

/** What arrives of one event where the first answer is `first` and the next ones are 202. */
async function after(first, options = {}) {
  const posts = [];
  const { arrived, reporter } = reporterTo((events) => (posts.push(events.length) === 1 ? first : 202), options);
  reporter.add("a", "token", event("e1"));
  await reporter.flush();
  assert.equal(reporter.waiting, 0);
  return { arrived: arrived.length, posts: posts.length };
}

test("an event is given up only where the server itself says so", async () => {
  for (const status of [400, 404, 409, 410, 413, 415, 422]) {
    const before = said.mock.callCount();
    assert.deepEqual((await after(problem(status))).arrived, 0, `${status}`);
    assert.equal(said.mock.callCount(), before + 1, "what is lost is said");
    assert.deepEqual((await after(problem(status), { credential: "secret" })).arrived, 0, `${status}`);
  }
  const problemType = { "Content-Type": "application/problem+json" };
  const others = [
    (status) => new Response(null, { status }),
    (status) => new Response("<h1>no</h1>", { status, headers: { "Content-Type": "text/html" } }),
    (status) => new Response('{"error":"VALIDATION_ERROR"}', { status, headers: { "Content-Type": "application/json" } }),
    (status) => new Response('{"title":"no"}', { status, headers: problemType }),
    (status) => new Response("null", { status, headers: problemType }),
    (status) => new Response("{", { status, headers: problemType }),
    (status) => new Response(`{"error":"x","more":"${"x".repeat(100_000)}"}`, { status, headers: problemType }),
  ];
  const asked = [400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 503].flatMap((status) => others.map((other) => after(other(status))));
  for (const { arrived, posts } of await Promise.all(asked)) assert.deepEqual({ arrived, posts }, { arrived: 1, posts: 2 });
});

test("a redirect is no success, whatever way the runtime shows it", async () => {
  const opaque = Object.defineProperty(new Response(null), "status", { value: 0 });
  for (const first of [opaque, new Response(null, { status: 302 }), new Response(null, { status: 304 })]) {
    const { arrived, posts } = await after(first);
    assert.deepEqual({ arrived, posts }, { arrived: 1, posts: 2 });
  }
});

test("a session's own token that the server refuses is over; a credential that it refuses is put right some day", async () => {
  for (const status of [401, 403]) {
    assert.equal((await after(problem(status))).arrived, 0);
    assert.equal((await after(problem(status), { credential: "secret" })).arrived, 1);
  }
  for (const status of [429, 500, 503]) assert.equal((await after(problem(status))).arrived, 1, `${status}`);
});

test("the credential is used where there is one, the session's newest token otherwise; nobody is followed elsewhere", async () => {
  for (const [credential, expected] of [["secret", "Bearer secret"], [undefined, "Bearer newer"]]) {
    const seen = [];
    const fetch = async (url, { headers, redirect, signal }) => {
      seen.push(url, headers.Authorization, redirect, signal instanceof AbortSignal);
      return new Response(null, { status: 202 });
    };
    const reporter = new internals.Reporter({ url: "https://s.example//", delayMs: 0, credential, fetch });
    reporter.add("a b", "older", event("e1"));
    reporter.add("a b", "newer", event("e2"));
    await reporter.flush();
    assert.deepEqual(seen, ["https://s.example/api/v1/support-access/support-sessions/a%20b/audit-logs", expected, "manual", true]);
  }
});

test("what is too much at once for somebody in between is sent in smaller pieces", async () => {
  const { arrived, reporter } = reporterTo((events) => (events.length > 3 ? new Response(null, { status: 413 }) : 202));
  for (let at = 0; at < 10; at++) reporter.add("a", "token", event(`e${at}`));
  await reporter.flush();
  assert.equal(arrived.length, 10);
});
