// The reference of the C++ interface: written by Doxygen without a complaint.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../guides/hallpass.mjs";

test("Doxygen has nothing to complain about", () => {
  const output = join(root, "build/docs/api");
  mkdirSync(output, { recursive: true });
  const { status, stdout, stderr } = spawnSync("doxygen", ["docs/Doxyfile"], { cwd: root, encoding: "utf8" });
  assert.equal(`${stdout}${stderr}`, "");
  assert.equal(status, 0);
  assert.match(readFileSync(join(output, "html/annotated.html"), "utf8"), /LiveSession/);
});
