// Every fuzzer for a few seconds, as tests/fuzz/run does it; each is one test.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./suites.mjs";

const seconds = process.env.FUZZ_SECONDS ?? "3";
const corpus = join(root, "tests/fuzz/corpus");

for (const target of existsSync(corpus) ? readdirSync(corpus) : []) {
  test(target, (t) => {
    const { status, stdout, stderr } = spawnSync(join(root, "tests/fuzz/run"), [seconds, target], { encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
    const tried = stdout.match(/(\d+) executions/);
    assert.ok(Number(tried?.[1]) > 0, `nothing was tried: ${stdout}`);
    t.diagnostic(`${tried[1]} inputs`);
  });
}
