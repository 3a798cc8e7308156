// The time that countdowns go by: the server's, whatever the device's clock says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../../js/dist/client.js";

const server = Date.parse("2026-05-07T12:00:00Z");

/** A device whose two clocks the test sets, and a clock on it. */
function device(wall = server) {
  const clocks = { wallMs: wall, steadyMs: 5_000, wall: () => clocks.wallMs, steady: () => clocks.steadyMs };
  const pass = (ms) => {
    clocks.wallMs += ms;
    clocks.steadyMs += ms;
  };
  return { clocks, pass, clock: new ServerClock(clocks) };
}

const answer = (now) => new Response(null, { headers: { "Hallpass-Now": String(now) } });

test("a device clock that is an hour wrong changes nothing", () => {
  for (const wrong of [-3_600_000, 3_600_000]) {
    const { clock, pass } = device(server + wrong);
    const mark = clock.mark();
    pass(100);
    clock.observe(answer(server), mark);
    assert.equal(clock.now(), server + 50, "half the round trip has passed since");
    pass(10_000);
    assert.equal(clock.now(), server + 10_050);
    assert.equal(clock.diverged, false);
    assert.equal(clock.offset, 10_050 - 10_100 - wrong);
  }
});

test("after sleep, when the steady clock stood still, the time that passed counts", () => {
  const { clock, clocks } = device();
  clock.observe(answer(server), clock.mark());
  clocks.wallMs += 1_800_000;
  assert.equal(clock.now(), server + 1_800_000);
  assert.equal(clock.diverged, true);
});

test("a device clock that is set back hides no end", () => {
  const { clock, clocks, pass } = device();
  clock.observe(answer(server), clock.mark());
  pass(60_000);
  clocks.wallMs -= 7_200_000;
  assert.equal(clock.now(), server + 60_000);
  assert.equal(clock.diverged, true);
});

test("an answer sets diverged clocks right, and a jump is told", () => {
  const { clock, clocks } = device();
  clock.observe(answer(server), clock.mark());
  let jumps = 0;
  const stop = clock.onJump(() => {
    jumps += 1;
  });
  clocks.wallMs += 3_600_000; // somebody set the clock forward
  clock.observe(answer(server + 20), clock.mark());
  assert.equal(clock.now(), server + 20);
  assert.equal(clock.diverged, false);
  assert.equal(jumps, 1);
  stop();
  clock.observe(answer(server + 3_600_000), clock.mark());
  assert.equal(jumps, 1);
});

test("a slow answer does not spoil a good one, and nonsense is no time", () => {
  const { clock, pass } = device();
  clock.observe(answer(server), clock.mark());
  const mark = clock.mark();
  pass(9_000);
  clock.observe(answer(server + 100), mark);
  assert.equal(clock.now(), server + 9_000);
  for (const bad of ["", "soon", "-1", "0"]) clock.observe(answer(bad), clock.mark());
  assert.equal(clock.now(), server + 9_000);
});
