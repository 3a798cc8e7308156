// Every fuzzer for a few seconds, starting from its seeds: no crash, leak or undefined behaviour.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const seconds = process.env.HALLPASS_FUZZ_SECONDS ?? "3";

for (const target of readdirSync(join(import.meta.dirname, "corpus"))) {
  test(`the ${target} fuzzer finds nothing`, () => {
    const { status, stdout, stderr } = spawnSync(
      join(import.meta.dirname, "run"), [seconds, target], { encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /[1-9]\d* executions/);
  });
}
