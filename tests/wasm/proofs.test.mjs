// audit.wasm: the checks of proofs from the record's tree, on the vectors that the native core is tried on as well.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { consistency, inclusion, leafHash, nodeHash, root } from "../vectors/merkle_reference.mjs";
import { auditPath, internals } from "./internals.mjs";

const vectors = JSON.parse(readFileSync(new URL("../vectors/merkle.json", import.meta.url)));
const tree = await internals.TreeChecks.load();
const hex = (text) => Buffer.from(text, "hex");
const leaves = Array.from({ length: 200 }, (_, at) => leafHash(Buffer.from(`leaf ${at}`)));
const flipped = (hash, bit) => Buffer.from(hash).fill(hash[bit >> 3] ^ (1 << (bit & 7)), bit >> 3, (bit >> 3) + 1);

test("the module imports nothing, exports its calls, and is small", (t) => {
  const bytes = readFileSync(auditPath);
  const module = new WebAssembly.Module(bytes);
  assert.deepEqual(WebAssembly.Module.imports(module), []);
  const names = WebAssembly.Module.exports(module).map(({ name }) => name).sort();
  assert.deepEqual(names, ["_initialize", "hp_begin", "hp_consistency", "hp_digest", "hp_fields", "hp_inclusion", "hp_input", "hp_leaf_hash", "memory"]);
  const size = brotliCompressSync(bytes).length;
  t.diagnostic(`${bytes.length} bytes, ${size} brotli`);
  assert.ok(size < 4096, `${size} bytes`);
});

test("leaves of RFC 6962", async () => {
  const hashed = await Promise.all(vectors.entries.map(async (entry) => Buffer.from(await tree.leafHash(hex(entry)))));
  vectors.roots.forEach((expected, size) => assert.equal(root(hashed.slice(0, size)).toString("hex"), expected));
});

test("inclusion proofs of RFC 6962, and changed ones", async () => {
  assert.ok(vectors.inclusion.length > 200);
  for (const { name, leaf, index, size, root: at, proof, expect } of vectors.inclusion) {
    assert.equal(await tree.inclusion(hex(leaf), index, { size, root: hex(at) }, proof.map(hex)), expect, name);
  }
});

test("consistency proofs of RFC 6962, and changed ones", async () => {
  assert.ok(vectors.consistency.length > 100);
  for (const { name, oldSize, oldRoot, size, root: at, proof, expect } of vectors.consistency) {
    assert.equal(await tree.consistency({ size: oldSize, root: hex(oldRoot) }, { size, root: hex(at) }, proof.map(hex)), expect, name);
  }
});

test("every proof of some trees holds, and none with one bit changed", async () => {
  for (const size of [1, 2, 3, 7, 8, 9, 64, 100, 127, 200]) {
    const all = leaves.slice(0, size);
    const head = { size, root: root(all) };
    for (let at = 0; at < size; at++) {
      const path = inclusion(at, all);
      assert.equal(await tree.inclusion(all[at], at, head, path), "holds");
      const older = { size: at + 1, root: root(all.slice(0, at + 1)) };
      const growth = consistency(at + 1, all);
      assert.equal(await tree.consistency(older, head, growth), "holds");
      const bit = (at * 37) % 256;
      if (path.length > 0) assert.equal(await tree.inclusion(all[at], at, head, path.with(at % path.length, flipped(path[at % path.length], bit))), "wrong_root");
      if (growth.length > 0) assert.notEqual(await tree.consistency(older, head, growth.with(at % growth.length, flipped(growth[at % growth.length], bit))), "holds");
    }
  }
});

test("proofs in trees of up to ten million leaves and beyond", async () => {
  for (const size of [10_000_000, 9_999_999, 2 ** 24, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER]) {
    for (const index of [0, 1, Math.floor(size / 3), size - 1]) {
      // Any siblings make a tree; where the leaf stands says on which side.
      const proof = [];
      let hash = leafHash(Buffer.from(`${index} of ${size}`));
      const leaf = hash;
      for (let node = BigInt(index), last = BigInt(size - 1); last > 0n; node >>= 1n, last >>= 1n) {
        if ((node & 1n) === 0n && node === last) continue; // it goes up alone
        const sibling = leafHash(Buffer.from(`sibling ${proof.length}`));
        proof.push(sibling);
        hash = (node & 1n) === 1n ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
      }
      assert.equal(await tree.inclusion(leaf, index, { size, root: hash }, proof), "holds", `${index} of ${size}`);
      assert.equal(await tree.inclusion(leaf, index, { size, root: flipped(hash, 9) }, proof), "wrong_root");
    }
  }
});

test("checks that run side by side do not disturb each other", async () => {
  const all = leaves.slice(0, 100);
  const head = { size: 100, root: root(all) };
  const asked = all.map((leaf, at) => tree.inclusion(at % 3 === 0 ? flipped(leaf, at) : leaf, at, head, inclusion(at, all)));
  assert.deepEqual(await Promise.all(asked), all.map((_, at) => (at % 3 === 0 ? "wrong_root" : "holds")));
  assert.deepEqual(Buffer.from(await tree.leafHash(Buffer.alloc(300_000, 7))), leafHash(Buffer.alloc(300_000, 7))); // memory grows
});

test("what is no hash and no number is refused", async () => {
  const head = { size: 1, root: leaves[0] };
  assert.equal(await tree.inclusion(leaves[0].subarray(1), 0, head, []), "wrong_length");
  assert.equal(await tree.inclusion(leaves[0], 0, head, Array(300).fill(leaves[0])), "wrong_length");
  for (const index of [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) assert.equal(await tree.inclusion(leaves[0], index, head, []), "not_in_tree");
  assert.equal(await tree.inclusion(leaves[0], 0, { size: Number.NaN, root: leaves[0] }, []), "not_in_tree");
});
