// Revocations as they happen: what the stream tells holds at once, and polling covers for it when it is silent.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { mock, test } from "node:test";
import { createVerifier, revocationEvents } from "../../js/dist/edge.js";
import { until } from "../edge/companion.mjs";
import { audience, claims, issuer, jwks, now as start, sign, statusListToken } from "./issuer.mjs";
import { key, message, revoked, settled, stage, token, uri } from "./push_stage.mjs";

test("what the stream names is over at once, and lists rest meanwhile", async (context) => {
  const scene = stage(context);
  const verify = await scene.verifier;
  const [one, two] = [await token(1), await token(2)];
  assert.equal((await verify(one)).ok, true);
  const stream = await scene.stream(0);
  assert.equal(stream.lastEventId, undefined);
  stream.write(message(7, "ready", { resumed: false }));
  await settled();
  scene.time += 1;
  assert.equal((await verify(one)).ok, true);
  assert.equal((await verify(two)).ok, true);
  assert.equal(scene.lists, 2, "asked for anew once the stream was open");
  for (let second = 0; second < 10; second++) {
    scene.time += 1_000;
    stream.write(": still here\n\n");
    await settled();
    assert.equal((await verify(one)).ok, true);
  }
  assert.equal(scene.lists, 3, "once more at half of the age that it may have, beside the requests");
  stream.write(revoked(8, 1));
  await settled();
  assert.equal((await verify(one)).error.code, "TOKEN_REVOKED");
  assert.equal(verify.seen(two).ok, true);
});

test("a revocation outlives a list that was asked for before it and came after it", async (context) => {
  const scene = stage(context);
  const verify = await scene.verifier;
  const one = await token(1);
  await verify(one);
  const stream = await scene.stream(0);
  stream.write(message(1, "ready", { resumed: false }));
  await settled();
  scene.time += 1;
  let release;
  scene.gate = new Promise((resolve) => (release = resolve));
  const waiting = verify(one);
  scene.time += 1;
  stream.write(revoked(2, 1));
  await settled();
  release();
  assert.equal((await waiting).error.code, "TOKEN_REVOKED");
  assert.equal((await verify(one)).error.code, "TOKEN_REVOKED");
  scene.ended = [1];
  for (let second = 0; second < 20; second++) {
    scene.time += 1_000;
    stream.write(":\n\n");
    await settled();
    assert.equal((await verify(one)).error.code, "TOKEN_REVOKED");
  }
  assert.equal(scene.lists, 2, "there was no need for a list");
});

test("a stream that is silent no longer counts, and a new one is opened where the last one ended", async (context) => {
  const scene = stage(context);
  const verify = await scene.verifier;
  const one = await token(1);
  await verify(one);
  const stream = await scene.stream(0);
  stream.write(message(41, "ready", { resumed: false }));
  await settled();
  scene.time += 1; // a list of the stream's own first moment would be asked for anew in any case
  await verify(one);
  const { lists } = scene;
  scene.time += 5_001; // nothing was heard
  await verify(one);
  assert.equal(scene.lists, lists + 1, "polled");
  const next = await scene.stream(1);
  assert.equal(next.lastEventId, "41");
  next.write(revoked(42, 1));
  await settled();
  assert.equal((await verify(one)).error.code, "TOKEN_REVOKED", "told before the stream is up to date");
});

test("after a resumption lists still do; after a gap or a reset they are asked for anew", async (context) => {
  const scene = stage(context);
  const verify = await scene.verifier;
  const one = await token(1);
  await verify(one);
  let stream = await scene.stream(0);
  const expectLists = async (expected, what) => {
    await settled();
    scene.time += 1;
    assert.equal((await verify(one)).ok, true);
    assert.equal(scene.lists, expected, what);
  };
  stream.write(message(1, "ready", { resumed: false }));
  await expectLists(2, "the first list is from before the stream");
  stream.end();
  stream = await scene.stream(1);
  stream.write(message(2, "ready", { resumed: true }));
  await expectLists(2, "nothing was missed");
  stream.end();
  stream = await scene.stream(2);
  assert.equal(stream.lastEventId, "2");
  stream.write(message(9, "ready", { resumed: false }));
  await expectLists(3, "something may have been missed");
  stream.write(message(10, "reset", {}));
  await expectLists(4, "more happened than was told");
});

test("pauses grow, jittered, up to a limit, while the stream is refused; lists are polled", async (context) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const scene = stage(context, { push: { random: () => 0 } });
    scene.answer = 503;
    const verify = await scene.verifier;
    const one = await token(1);
    await verify(one);
    const pauses = [];
    for (let attempt = 0; attempt < 10; attempt++) {
      for (let turn = 0; turn < 5; turn++) await settled();
      const { length } = scene.streams;
      let waited = 0;
      while (scene.streams.length === length) {
        mock.timers.tick(25);
        waited += 25;
        scene.time += 25;
        await settled();
      }
      pauses.push(waited);
    }
    assert.deepEqual(pauses, [125, 250, 500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
    scene.ended = [1];
    assert.equal((await verify(one)).error.code, "TOKEN_REVOKED");
  } finally {
    mock.timers.reset();
  }
});

test("a stream alone keeps nothing alive: lists that cannot be had fail closed all the same", async (context) => {
  const scene = stage(context, { revocation: { maxAgeSeconds: 1, maxStaleSeconds: 20 } });
  const verify = await scene.verifier;
  const one = await token(1);
  await verify(one);
  const stream = await scene.stream(0);
  stream.write(message(1, "ready", { resumed: false }));
  await settled();
  scene.time += 1;
  await verify(one);
  scene.listAnswers = false;
  for (let second = 1; second <= 20; second++) {
    scene.time += 1_000;
    stream.write(":\n\n");
    await settled();
    assert.equal((await verify(one)).ok, true, `${second}`);
  }
  scene.time += 1;
  assert.equal((await verify(one)).error.code, "REVOCATION_UNAVAILABLE");
});

test("nonsense and floods are bounded: the connection is given up, or lists are asked for anew", async (context) => {
  const scene = stage(context);
  const verify = await scene.verifier;
  const one = await token(1);
  await verify(one);
  let at = 0;
  for (const nonsense of ["event: revoked\ndata: {\n\n", "event: revoked\ndata: null\n\n", 'event: revoked\ndata: {"tokens":7}\n\n', "x".repeat(300_000)]) {
    const stream = await scene.stream(at++);
    stream.write(nonsense);
    await until(() => stream.aborted, "the stream is given up");
    scene.time += 20_000;
    assert.equal((await verify(one)).ok, true);
  }
  const stream = await scene.stream(at);
  stream.write(message(1, "ready", { resumed: false }) + revoked(2, 1));
  await settled();
  assert.equal((await verify(one)).error.code, "TOKEN_REVOKED");
  scene.ended = [1];
  scene.listAnswers = false;
  const others = Array.from({ length: 500 }, (_, index) => index + 100);
  for (let flood = 0; flood < 9; flood++) {
    stream.write(message(3, "revoked", { tokens: others.map((idx) => ({ uri, idx: idx + flood * 500 })) }));
    await settled();
  }
  assert.equal((await verify(one)).error.code, "REVOCATION_UNAVAILABLE", "what was forgotten is not taken for valid");
  scene.listAnswers = true;
  scene.time += 1;
  assert.equal((await verify(one)).error.code, "TOKEN_REVOKED");
});

test("what was told holds until a list itself says so: neither no change nor a list that is behind ends it", async (context) => {
  const scene = stage(context, { revocation: { maxAgeSeconds: 0 } });
  const verify = await scene.verifier;
  const one = await token(1);
  await verify(one);
  const stream = await scene.stream(0);
  stream.write(message(1, "ready", { resumed: false }) + revoked(2, 1));
  await settled();
  const look = async (idx, expected, what) => {
    scene.time += 16_000; // the stream is silent: lists are asked for
    const other = await verify(await token(idx));
    assert.equal(other.ok, true);
    assert.equal((await verify(one)).error?.code, expected, what);
  };
  scene.etag = '"same"';
  await look(2, "TOKEN_REVOKED", "a list of another node that is behind");
  await look(3, "TOKEN_REVOKED", "no change");
  scene.ended = [1];
  scene.etag = '"newer"';
  await look(4, "TOKEN_REVOKED", "the list says so");
  scene.ended = [];
  scene.etag = '"newest"';
  await look(5, undefined, "what the list has said is the list's alone");
});

test("a token that is younger than the list is looked up in a newer one", async (context) => {
  const scene = stage(context, { revocation: { maxAgeSeconds: 10, maxStaleSeconds: 30 } });
  scene.ended = [1, 2];
  const verify = await scene.verifier;
  assert.equal((await verify(await token(3))).ok, true);
  scene.time += 2_000;
  scene.ended = [1]; // 2 was issued meanwhile
  assert.equal((await verify(await token(2))).ok, true);
  const over = await token(1);
  assert.equal((await verify(over)).error.code, "TOKEN_REVOKED");
  const { lists } = scene;
  for (let again = 0; again < 5; again++) assert.equal((await verify(over)).error.code, "TOKEN_REVOKED");
  assert.equal(scene.lists, lists, "not asked again for a token that is known to be over");
});

test("over a real connection, a verifier that is ended lets go of it", async (context) => {
  let closed = 0;
  const list = await statusListToken(key, "http://x/status/1", [0, 0]);
  const streams = [];
  const server = createServer((request, response) => {
    if (!request.url.endsWith("/events")) return response.end(list);
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write(message(1, "ready", { resumed: false }));
    response.on("close", () => closed++);
    streams.push(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const stop = new AbortController();
  const verify = await createVerifier({
    issuer, audience, keys: jwks(key), now: () => start,
    revocation: { locate: () => `${url}/status/1`, push: revocationEvents({ url: `${url}/events`, signal: stop.signal }) },
  });
  const one = await sign(key, claims({ status: { status_list: { idx: 1, uri: "http://x/status/1" } } }));
  assert.equal((await verify(one)).ok, true);
  await until(() => streams.length === 1, "the stream is open");
  streams[0].write(message(2, "revoked", { tokens: [{ uri: "http://x/status/1", idx: 1 }] }));
  await until(async () => (await verify(one)).error?.code === "TOKEN_REVOKED", "the revocation has arrived");
  stop.abort();
  await until(() => closed === 1, "the connection is closed");
  await verify(one);
  assert.equal(streams.length, 1);
  await new Promise((resolve) => server.close(resolve));
});
