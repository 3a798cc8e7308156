// clang-tidy and clang-format find nothing in the product's C++.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { describe, test } from "node:test";
import { analyser, compiled } from "./clang_tidy.mjs";
import { cpp, root, sources } from "./sources.mjs";

test("clang-format would change nothing", () => {
  const paths = sources(["core", "server", "wasm", "tests"], cpp);
  try {
    execFileSync("clang-format-14", ["--dry-run", "--Werror", ...paths], { cwd: root, encoding: "utf8", stdio: "pipe" });
  } catch (failure) {
    const places = failure.stderr.split("\n").filter((line) => line.includes("error:"));
    assert.fail(`${places.length} places; run clang-format-14 -i on:\n${[...new Set(places.map((line) => line.split(":")[0]))].join("\n")}`);
  }
});

describe("clang-tidy", { concurrency: Math.max(1, availableParallelism() - 1) }, () => {
  const analyse = analyser();
  for (const source of compiled()) {
    test(source.path, async () => {
      const complaints = await analyse(source);
      if (complaints) assert.fail(complaints);
    });
  }
});
