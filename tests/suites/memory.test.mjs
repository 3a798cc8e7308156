// Tests run the same where there is no memory to spare.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { folderInMemory } from "./memory.mjs";

test("there is a folder where there is room, and none where there is not", (t) => {
  const memory = mkdtempSync(join(tmpdir(), "hallpass-memory-"));
  t.after(() => rmSync(memory, { recursive: true }));
  const folder = folderInMemory(memory, 0);
  assert.ok(folder.startsWith(`${memory}/`) && existsSync(folder));
  assert.equal(folderInMemory(memory, Infinity), undefined);
  assert.equal(folderInMemory(join(memory, "missing"), 0), undefined);
});
