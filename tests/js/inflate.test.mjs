// Runtimes without a DecompressionStream read status lists by a library, and Node, where streams are slow, at once: with
// the same outcome.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

const js = resolve(import.meta.dirname, "../../js");
const { build } = createRequire(join(js, "package.json"))("esbuild");

async function loaded(name) {
  const { outputFiles } = await build({
    entryPoints: [join(js, "src/load", name)], bundle: true, format: "esm", write: false, logLevel: "error", external: ["node:*"],
    plugins: [{
      name: "no-module",
      setup: (plugin) => {
        plugin.onResolve({ filter: /\.wasm|^inlined-core$/ }, () => ({ path: "wasm", namespace: "none" }));
        plugin.onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "export default null" }));
      },
    }],
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

const streams = { "the runtime's own": await loaded("inflate.ts"), "the library's": await loaded("edge-light.ts") };
const { inflated: atOnce } = await loaded("node.ts");
const ways = { ...streams, "Node's": { inflated: atOnce } };
const mostBytes = 4 * 1024 * 1024;
const read = async (inflated, bytes) =>
  Buffer.from(await new Response(await inflated(new Uint8Array(bytes), mostBytes)).arrayBuffer());

for (const [name, { inflated }] of Object.entries(ways)) {
  test(`${name} gives back what was compressed`, async () => {
    const lists = [Buffer.alloc(0), Buffer.from([1]), Buffer.alloc(131_072), randomBytes(16_384), randomBytes(100_000)];
    // Ends that fall on, just before and just after a piece of the input.
    for (let size = 16_340; size < 16_400; size++) lists.push(randomBytes(size));
    for (const list of lists) assert.deepEqual(await read(inflated, deflateSync(list)), list, `${list.length} bytes`);
  });

  test(`${name} refuses what is cut short or was never compressed`, async () => {
    const whole = deflateSync(randomBytes(40_000));
    for (const bytes of [whole.subarray(0, 20_000), whole.subarray(0, 1), Buffer.alloc(0), Buffer.from("{}")]) {
      await assert.rejects(read(inflated, bytes), `${bytes.length} bytes`);
    }
  });
}

for (const [name, { inflated }] of Object.entries(streams)) {
  test(`${name} does no more than its reader asks for`, async () => {
    const reader = inflated(new Uint8Array(deflateSync(Buffer.alloc(64 * 1024 * 1024)))).getReader();
    const { value } = await reader.read();
    await reader.cancel();
    assert.ok(value.length > 0 && value.length < 32 * 1024 * 1024, `${value.length} bytes at once`);
  });
}

test("Node's gives no more bytes than are asked for", async () => {
  const whole = new Uint8Array(deflateSync(Buffer.alloc(64 * 1024)));
  assert.equal((await atOnce(whole, 64 * 1024)).length, 64 * 1024);
  await assert.rejects(atOnce(whole, 64 * 1024 - 1), RangeError);
});

test("only the loader that needs the library carries it", () => {
  const has = (name) => readFileSync(join(js, "dist/load", `${name}.js`), "utf8").includes("invalid zlib data");
  assert.deepEqual(["workerd", "edge-light", "node", "deno", "browser", "inlined", "js"].filter(has), ["edge-light"]);
});
