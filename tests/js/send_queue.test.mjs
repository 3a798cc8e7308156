// The queue behind the edge's record: nothing is lost or moved, two senders may settle the same batch, and a long queue costs no more
// an event than a short one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { internals } from "../wasm/internals.mjs";

const { SendQueue } = internals;

function queueOf(...items) {
  const queue = new SendQueue();
  for (const item of items) queue.push(item);
  return queue;
}
const all = (queue) => queue.first(queue.length);

test("what is settled is dropped, what is left stays where it was", () => {
  const queue = queueOf("a", "b", "c", "d", "e", "f", "g", "h");
  assert.deepEqual(queue.settle(queue.first(5), ["b", "d"]), ["a", "c", "e"]);
  assert.deepEqual(all(queue), ["b", "d", "f", "g", "h"]);
  queue.push("i");
  assert.deepEqual(queue.settle(queue.first(3), []), ["b", "d", "f"]);
  assert.deepEqual(all(queue), ["g", "h", "i"]);
  assert.deepEqual(queue.settle(queue.first(3), ["g", "h", "i"]), []);
  assert.equal(queue.length, 3);
  queue.settle(queue.first(9), []);
  assert.deepEqual([queue.length, ...all(queue)], [0]);
});

test("a batch that two senders took is dropped once", () => {
  const queue = queueOf("a", "b", "c", "d", "e");
  const batch = queue.first(3);
  assert.deepEqual(queue.settle(batch, ["b"]), ["a", "c"]);
  queue.push("f");
  assert.deepEqual(queue.settle(batch, []), ["b"]);
  assert.deepEqual(queue.settle(batch, []), []);
  assert.deepEqual(all(queue), ["d", "e", "f"]);
});

test("it holds what a list holds, whatever is done in whatever order", () => {
  let seed = 1;
  const upTo = (most) => (seed = (seed * 48_271) % 2_147_483_647) % (most + 1);
  const queue = new SendQueue();
  let list = [];
  const batches = [[]];
  for (let step = 0; step < 20_000; step++) {
    if (upTo(1) === 0) {
      queue.push(step);
      list.push(step);
    } else {
      // Now and then a batch of somebody who took it long ago.
      const batch = upTo(4) === 0 ? batches[upTo(batches.length - 1)] : queue.first(upTo(9));
      batches.push(batch);
      if (batches.length > 5) batches.shift();
      const left = batch.filter(() => upTo(3) === 0);
      const settled = batch.filter((item) => !left.includes(item));
      assert.deepEqual(queue.settle(batch, left), list.filter((item) => settled.includes(item)));
      list = list.filter((item) => !settled.includes(item));
    }
    assert.deepEqual(all(queue), list);
  }
});

/** How many items the engine's own lists and sets go through while `work` is done. */
async function itemsTouched(work) {
  let touched = 0;
  const restore = [];
  const counted = (prototype, name, cost) => {
    const own = prototype[name];
    prototype[name] = function (...given) {
      const result = own.apply(this, given);
      touched += cost(this, result);
      return result;
    };
    restore.push(() => (prototype[name] = own));
  };
  for (const name of ["filter", "includes", "indexOf", "map", "forEach", "splice", "shift"]) counted(Array.prototype, name, (list) => list.length);
  counted(Array.prototype, "slice", (_, copy) => copy.length);
  counted(Set.prototype, "has", () => 1);
  try {
    await work();
  } finally {
    for (const back of restore) back();
  }
  return touched;
}

test("an event costs the same, however many wait behind it", async () => {
  const costOf = async (count) => {
    let arrived = 0;
    const fetch = async (_url, { body }) => {
      arrived += JSON.parse(body).events.length;
      return new Response(null, { status: 202 });
    };
    const reporter = new internals.Reporter({ url: "https://s.example", delayMs: 0, maxWaiting: count, fetch });
    for (let at = 0; at < count; at++) {
      reporter.add("a", "token", { id: `e${at}`, at: "", method: "GET", resourceType: "case", path: "/", status: 200, durationMs: 1 });
    }
    const touched = await itemsTouched(() => reporter.flush());
    assert.deepEqual([arrived, reporter.waiting], [count, 0]);
    return touched / count;
  };
  const short = await costOf(2_000);
  const long = await costOf(16_000);
  assert.ok(long < short * 1.5, `${short} an event of 2,000, ${long} an event of 16,000`);
});
