// Runs every fuzzer for FUZZ_SECONDS (5): build/fuzz/tests/fuzz/fuzz_<name>, seeded from
// tests/fuzz/corpus/<name>. What it finds new stays in build/fuzz/corpus, a crash in build/fuzz/crashes.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { root } from "./suites.mjs";

const seconds = Number(process.env.FUZZ_SECONDS ?? 5);
const programs = join(root, "build/fuzz/tests/fuzz");
const fuzzers = existsSync(programs)
  ? readdirSync(programs).filter((name) => /^fuzz_[a-z0-9_]+$/.test(name)) : [];

describe("fuzzers", { concurrency: 2 }, () => {
  for (const fuzzer of fuzzers) {
    test(fuzzer, async (t) => {
      const name = fuzzer.slice("fuzz_".length);
      const found = join(root, "build/fuzz/corpus", name);
      const crashes = join(root, "build/fuzz/crashes", name);
      for (const folder of [found, crashes]) mkdirSync(folder, { recursive: true });
      const seeds = join(root, "tests/fuzz/corpus", name);
      assert.ok(existsSync(seeds), `there are no seeds in ${seeds}`);
      const outcome = await promisify(execFile)(join(programs, fuzzer), [
        `-max_total_time=${seconds}`, "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1",
        `-artifact_prefix=${crashes}/`, found, seeds,
      ], { maxBuffer: 1 << 26 }).catch((failure) => failure);
      const runs = Number(outcome.stderr.match(/number_of_executed_units: (\d+)/)?.[1] ?? 0);
      assert.equal(outcome.code ?? 0, 0, outcome.stderr.slice(-6000));
      assert.ok(runs > 0, "nothing was tried");
      t.diagnostic(`${runs} inputs`);
    });
  }
});
