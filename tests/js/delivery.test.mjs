// What keeps sending where no runtime waits for it: Delivery, with a clock of the test's own.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, mock, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const js = fileURLToPath(new URL("../../js/", import.meta.url));
const { build } = createRequire(join(js, "package.json"))("esbuild");
const folder = mkdtempSync(join(tmpdir(), "hallpass-delivery-"));
let Delivery;

before(async () => {
  const { outputFiles } = await build({ entryPoints: [join(js, "src/edge/delivery.ts")], bundle: true, format: "esm", write: false });
  const path = join(folder, "delivery.mjs");
  writeFileSync(path, outputFiles[0].contents);
  ({ Delivery } = await import(pathToFileURL(path).href));
  mock.timers.enable({ apis: ["setTimeout"] });
});
after(() => {
  mock.timers.reset();
  rmSync(folder, { recursive: true });
});

/** A reporter with events that a server takes from its `takesFrom`th round on. */
let sender;
beforeEach(() => {
  sender = {
    waiting: 3,
    rounds: 0,
    takesFrom: 1,
    async flush() {
      this.rounds++;
      if (this.rounds >= this.takesFrom) this.waiting = 0;
    },
  };
});

/** Lets promises that are done be noticed. */
const settle = async () => {
  for (let at = 0; at < 10; at++) await Promise.resolve();
};

test("what did not arrive is sent again, after pauses that grow from 5 s to a minute", async () => {
  sender.takesFrom = 8;
  void new Delivery(sender).send();
  const pauses = [5, 10, 20, 40, 60, 60, 60];
  for (const [at, seconds] of pauses.entries()) {
    await settle();
    mock.timers.tick(seconds * 1000 - 1);
    await settle();
    assert.equal(sender.rounds, at + 1, `nothing before ${seconds} s`);
    mock.timers.tick(1);
    await settle();
    assert.equal(sender.rounds, at + 2);
  }
  assert.equal(sender.waiting, 0);
  mock.timers.tick(600_000);
  await settle();
  assert.equal(sender.rounds, 8, "nothing is sent where nothing waits");
});

test("one timer, however many requests ask", async () => {
  sender.takesFrom = 5;
  const delivery = new Delivery(sender);
  for (let at = 0; at < 3; at++) void delivery.send();
  await settle();
  mock.timers.tick(5_000);
  await settle();
  assert.equal(sender.rounds, 4);
});

test("a sending that fails is not the last one", async () => {
  const { flush } = sender;
  sender.flush = () => Promise.reject(new Error("broken"));
  void new Delivery(sender).send();
  sender.flush = flush;
  await settle();
  mock.timers.tick(5_000);
  await settle();
  assert.equal(sender.waiting, 0);
});

test("flush waits for what is under way, and says what is left", async () => {
  let arrive;
  const delivery = new Delivery(sender);
  sender.flush = () => new Promise((resolve) => (arrive = resolve));
  void delivery.send();
  sender.flush = () => undefined; // somebody is at it already
  const flushed = delivery.flush();
  sender.waiting = 1;
  arrive();
  assert.equal(await flushed, 1);
});
