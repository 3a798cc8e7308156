// A failure must never be counted as anything else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { outcome } from "./outcome.mjs";

const end = "# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n# todo 0\n";

test("TAP: cancelled tests have failed", () =>
  assert.deepEqual(outcome("tap", end, 1), { passed: 3, failed: 2, skipped: 0 }));

test("TAP: a runner that dies has failed", () =>
  assert.deepEqual(outcome("tap", "ok 1 - a\n", 134), { passed: 0, failed: 1, skipped: 0 }));

const ctest = (catch2, verdict) =>
  `test 1\n    Start 1: core\n1: Test command: core_tests\n${catch2}1/1 Test #1: core ....${verdict}    0.10 sec\n`;

test("CTest: Catch2's cases are counted", () => {
  const passed = "1: All tests passed (120 assertions in 14 test cases)\n";
  assert.deepEqual(outcome("ctest", ctest(passed, "   Passed"), 0), { passed: 14, failed: 0, skipped: 0 });
  const mixed = "1: test cases: 14 | 12 passed | 2 failed\n1: assertions: 120 | 117 passed | 3 failed\n";
  assert.deepEqual(outcome("ctest", ctest(mixed, "***Failed"), 8), { passed: 12, failed: 2, skipped: 0 });
  const none = "1: test cases: 2 | 2 failed\n";
  assert.deepEqual(outcome("ctest", ctest(none, "***Failed"), 8), { passed: 0, failed: 2, skipped: 0 });
});

test("CTest: a leak found at the end fails although every case passed", () => {
  const passed = "1: All tests passed (120 assertions in 14 test cases)\n";
  assert.deepEqual(outcome("ctest", ctest(passed, "***Failed"), 8), { passed: 14, failed: 1, skipped: 0 });
});

test("CTest: tests that are not Catch2's count as one each", () =>
  assert.deepEqual(outcome("ctest", ctest("", "   Passed"), 0), { passed: 1, failed: 0, skipped: 0 }));

test("CTest: a crash, a missing program and nothing at all", () => {
  assert.equal(outcome("ctest", ctest("", "***Exception: SegFault"), 8).failed, 1);
  assert.equal(outcome("ctest", ctest("", "***Not Run"), 8).failed, 1);
  assert.deepEqual(outcome("ctest", "No tests were found!!!\n", 0), { passed: 0, failed: 0, skipped: 0 });
});

test("a command passes or fails as a whole", () => {
  assert.deepEqual(outcome("exit", "", 0), { passed: 1, failed: 0, skipped: 0 });
  assert.deepEqual(outcome("exit", "", 3), { passed: 0, failed: 1, skipped: 0 });
});
