// What is in the tarball, and whether tools and types agree with it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { installPackage, js, program, root, say } from "./installed.mjs";

let installed;
let manifest;
const inside = (path) => join(installed.folder, "node_modules/hallpass", path);
const read = (path) => readFileSync(inside(path), "utf8");

before(async () => {
  installed = await installPackage();
  manifest = JSON.parse(read("package.json"));
});
after(() => installed?.remove());

test("it brings its dependencies and nothing else", () => {
  const lock = JSON.parse(readFileSync(join(installed.folder, "package-lock.json")));
  const own = JSON.parse(readFileSync(join(js, "package-lock.json")));
  const names = (packages, wanted) => Object.keys(packages).filter((path) => path !== "" && wanted(packages[path]));
  const expected = names(own.packages, ({ dev }) => dev !== true);
  assert.deepEqual(names(lock.packages, () => true).sort(), [...expected, "node_modules/hallpass"].sort());
  for (const version of Object.values(manifest.dependencies)) assert.match(version, /^\d+\.\d+\.\d+$/);
});

test("it has its licence, its notices, its README, and no sources or tests", () => {
  assert.equal(read("LICENSE"), readFileSync(join(root, "LICENSE"), "utf8"));
  for (const path of ["NOTICE", "README.md"]) assert.ok(read(path).length > 500, path);
  const others = installed.files.filter((path) => !/^(dist\/.*|LICENSE|NOTICE|README\.md|package\.json)$/.test(path));
  assert.deepEqual(others, []);
});

test("every script has a source map that tells its sources, but for the loaders", () => {
  const scripts = installed.files.filter((path) => path.endsWith(".js") && !path.startsWith("dist/load/"));
  assert.ok(scripts.length > 10);
  for (const path of scripts) {
    const map = JSON.parse(read(`${path}.map`));
    assert.equal(map.sources.length, map.sourcesContent.length, path);
    assert.match(read(path), new RegExp(`//# sourceMappingURL=.*\\.map\\s*$`), path);
  }
});

test("conditions stand in the order in which they must be tried", () => {
  assert.deepEqual(Object.keys(manifest.imports["#core-module"]),
    ["workerd", "edge-light", "fastly", "deno", "bun", "node", "browser", "default"]);
  for (const [path, entry] of Object.entries(manifest.exports)) {
    if (typeof entry === "object") assert.equal(Object.keys(entry)[0], "types", path);
  }
  const targets = [...Object.values(manifest.exports).flatMap((entry) => (typeof entry === "string" ? [entry] : Object.values(entry))),
    ...Object.values(manifest.imports["#core-module"])];
  for (const target of targets) assert.ok(installed.files.includes(target.slice(2)), target);
});

test("every import that Node can have works", async () => {
  const names = Object.keys(manifest.exports).filter((path) => !/workerd|edge-light|elements|core\.wasm|package\.json/.test(path));
  const script = await installed.write("all.mjs", names.map((path) => `await import("hallpass${path.slice(1)}");\n`).join(""));
  await say(process.execPath, [script]);
  assert.ok(names.length >= 8);
});

test("the README's first example answers", async () => {
  const [, example] = /```js\n([\s\S]*?)```/.exec(read("README.md"));
  assert.ok(example.trim().split("\n").length <= 15);
  await installed.write("readme.mjs", example);
  const script = await installed.write("reader.mjs", `globalThis.fetch = () => Promise.reject(new Error("nobody is there"));
const { fetch: handler } = (await import("./readme.mjs")).default;
const open = await handler(new Request("https://app.example/"));
const refused = await handler(new Request("https://app.example/", { headers: { Authorization: "Bearer e30.eyJhY3RfYXMiOnRydWV9.e30" } }));
console.log(await open.text(), refused.status);
`);
  // Without keys nobody gets in.
  assert.equal((await say(process.execPath, [script])).trim(), "hello, whoever is signed in 503");
});

test("who takes one thing gets that thing", async () => {
  const sizeOf = async (contents) => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: installed.folder }, bundle: true, minify: true, format: "esm", write: false,
      external: ["#core-module", "*.wasm"], conditions: ["workerd"], logLevel: "error",
    });
    return outputFiles[0].contents.length;
  };
  const [errors, edge, all] = await Promise.all([
    sizeOf('import { errors } from "hallpass"; console.log(errors);'),
    sizeOf('import { createVerifier } from "hallpass/edge"; console.log(createVerifier);'),
    sizeOf('import * as core from "hallpass"; import * as edge from "hallpass/edge"; import * as client from "hallpass/client"; console.log(core, edge, client);'),
  ]);
  assert.ok(errors < all / 4 && edge < all / 1.5, `${errors} and ${edge} of ${all} bytes`);
});

test("weights stay within their budgets", async (context) => {
  const brotli = (bytes) => brotliCompressSync(bytes).length;
  const sizeOf = async (name) => {
    const { outputFiles } = await build({
      stdin: { contents: `export { createGuard } from "${name}";`, resolveDir: installed.folder }, bundle: true, minify: true,
      format: "esm", write: false, external: ["#core-module"], logLevel: "error",
    });
    return brotli(outputFiles[0].contents);
  };
  const [edge, hono, express] = await Promise.all(["hallpass/edge", "hallpass/hono", "hallpass/express"].map(sizeOf));
  const twin = brotli(readFileSync(inside("dist/load/js.js")));
  context.diagnostic(`brotli: hono edge + ${hono - edge}, express edge + ${express - edge}, twin ${twin}; tarball ${installed.size} bytes`);
  assert.ok(hono - edge < 1024 && express - edge < 2048, "adapters");
  assert.ok(twin < 64 * 1024, "the twin without WebAssembly");
  assert.ok(installed.size < 1.5 * 1024 * 1024, "the tarball");
});

test("publint has nothing to say", async () => {
  const { messages } = await publint({ pkgDir: inside("."), strict: true, pack: false });
  assert.deepEqual(messages.map((message) => formatMessage(message, manifest)), []);
});

test("the types are right wherever ES modules are (attw)", async () => {
  const text = await say(program("attw"), [installed.tarball, "--profile", "esm-only", "--format", "json"]);
  const { analysis, problems } = JSON.parse(text);
  assert.equal(Object.keys(analysis.entrypoints).length, Object.keys(manifest.exports).length);
  // CommonJS imports it with import(), as any package of ES modules alone.
  const found = Object.values(problems).flat().filter(({ resolutionKind }) => !["node10", "node16-cjs"].includes(resolutionKind));
  assert.deepEqual(found, []);
});
