// What failed must be seen in a report that is a hundred lines long, whatever a server logged before.

import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints } from "./complaints.mjs";

const log = Array.from({ length: 500 }, (_, at) =>
  `31: [2026-11-22 03:22:27.396] [error] message ${at} was not delivered`);

test("Catch2's failure is shown with its case, without the server's log lines", () => {
  const failure = ["31: -----", "31: a grant ends at its time", "31: -----", "31: grants_test.cpp:12", "31: .....", "31: ",
                   "31: grants_test.cpp:14: FAILED:", "31:   REQUIRE( status == 200 )", "31: with expansion:", "31:   500 == 200"];
  const shown = complaints([...log, ...failure, ...log, "1/1 Test #31: server ....***Failed  1.0 sec"].join("\n"));
  for (const line of failure) assert.ok(shown.includes(line), line);
  assert.ok(!shown.includes("was not delivered"));
});

test("TAP's failures are shown, the passed ones are not", () => {
  const shown = complaints([
    "ok 1 - passes", "  ---", "not ok 2 - fails", "  error: 'expected 1'", "38: ok 1 - also", "38: not ok 2 - inside CTest",
  ].join("\n"));
  for (const line of ["not ok 2 - fails", "expected 1", "38: not ok 2 - inside CTest"]) assert.ok(shown.includes(line), line);
  assert.ok(!shown.includes("passes") && !shown.includes("also"));
});

test("each failure of many is shown until the report is full", () => {
  const far = Array.from({ length: 40 }, () => "said between");
  const shown = complaints(["not ok 1 - first", ...far, "not ok 2 - second", ...far, "x.cpp:1:2: error: third"].join("\n"));
  for (const name of ["first", "second", "third"]) assert.ok(shown.includes(name), name);
  const many = complaints(Array.from({ length: 400 }, (_, at) => `not ok ${at} - test`).join("\n")).split("\n");
  assert.equal(many.length, 120);
  assert.ok(many[0].includes("not ok 0"));
});

test("without a complaint that is known, the end is shown", () =>
  assert.ok(complaints(`${"line\n".repeat(200)}Segmentation fault`).endsWith("Segmentation fault")));
