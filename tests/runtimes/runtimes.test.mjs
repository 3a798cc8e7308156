// The packed tarball in every runtime: the same vectors, the same answers to the byte.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { EdgeRuntime } from "edge-runtime";
import { openPage } from "./chromium.mjs";
import { installPackage, program, resultIn, say } from "./installed.mjs";
import { askWorkerd } from "./workerd.mjs";

let installed;
let reference;

before(async () => {
  installed = await installPackage();
  reference = resultIn(await say(process.execPath, ["main.mjs"], { cwd: installed.folder }));
});
after(() => installed?.remove());

/** Every vector right, and nothing different from Node in a single byte. */
function same(context, result, version) {
  assert.deepEqual(result.wrong, []);
  assert.ok(result.passed > 400, `${result.passed} vectors`);
  assert.deepEqual(result, reference);
  context.diagnostic(`${version}: ${result.passed} vectors`);
}

const packaged = (name) => join(import.meta.dirname, `node_modules/${name}-${process.arch}/bin/node`);

test("Node, as it runs these tests", (context) => same(context, reference, process.version));

for (const major of [20, 26]) {
  test(`Node ${major}`, async (context) => {
    const node = packaged(`node-${major}`);
    if (!existsSync(node)) return context.skip(`ABSENT: no Node ${major} package for ${process.arch}`);
    const version = (await say(node, ["--version"])).trim();
    assert.ok(version.startsWith(`v${major}.`));
    return same(context, resultIn(await say(node, ["main.mjs"], { cwd: installed.folder })), version);
  });
}

test("Node 20, hot: V8's deoptimiser is not tripped", async (context) => {
  const node = packaged("node-20");
  if (!existsSync(node)) return context.skip(`ABSENT: no Node 20 package for ${process.arch}`);
  const script = await installed.write("stress.mjs", readFileSync(join(import.meta.dirname, "stress.mjs")));
  // With collections in between, which is when optimised code is thrown away.
  const { granted, rounds } = resultIn(await say(node, ["--max-semi-space-size=1", script, "100000"]));
  assert.equal(granted, rounds);
  return context.diagnostic(`${rounds * 10} calls`);
});

const denoRuns = (script) => say(program("deno"), [
  "run", "--no-remote", "--node-modules-dir=manual", `--allow-read=${installed.folder}`, "--allow-net=127.0.0.1", script,
], { cwd: installed.folder, env: { ...process.env, DENO_DIR: join(installed.folder, ".deno"), DENO_NO_UPDATE_CHECK: "1" } });

test("Deno", async (context) => {
  const version = (await say(program("deno"), ["--version"])).split("\n", 1)[0];
  same(context, resultIn(await denoRuns("main.mjs")), version);
});

test("Bun", async (context) => {
  const version = (await say(program("bun"), ["--version"])).trim();
  same(context, resultIn(await say(program("bun"), ["main.mjs"], { cwd: installed.folder })), `Bun ${version}`);
});

test("workerd, by the name of its import, bundled without conditions", async (context) => {
  const script = await installed.write("worker.mjs", `import * as hallpass from "hallpass/workerd";
import vectors from "./vectors.json";
import { runVectors } from "./vectors.mjs";
export default { fetch: async () => Response.json(await runVectors(hallpass, vectors)) };
`);
  const outdir = join(installed.folder, "worker");
  await build({ entryPoints: [script], bundle: true, format: "esm", outdir, loader: { ".wasm": "copy" }, assetNames: "[name]", logLevel: "error" });
  const { text, version } = await askWorkerd(outdir, "worker.js");
  same(context, JSON.parse(text), version);
});

for (const [runtime, runs] of Object.entries({
  Node: (script) => say(process.execPath, [script]),
  Deno: denoRuns,
  Bun: (script) => say(program("bun"), [script]),
})) {
  test(`hallpass/node in front of ${runtime}'s node:http`, async () => {
    await installed.write("issuer.mjs", readFileSync(join(import.meta.dirname, "../js/issuer.mjs")));
    const script = await installed.write("adapter.mjs", readFileSync(join(import.meta.dirname, "adapter.mjs")));
    const acting = { subject: "user_12345", session: "session_abc123", raw: 1, size: 0 };
    assert.deepEqual(resultIn(await runs(script)), {
      others: { subject: null, session: null, raw: 0, size: 0 },
      acting,
      body: { ...acting, session: "b", size: 1_000_000 },
      expired: "401 TOKEN_EXPIRED application/problem+json",
      left: 0,
      recorded: ["GET 200", "POST 200"],
    });
  });
}

test("Vercel's edge-runtime", async (context) => {
  const script = await installed.write("light.mjs", `import * as core from "hallpass";
import * as edge from "hallpass/edge";
import vectors from "./vectors.json";
import { runVectors } from "./vectors.mjs";
addEventListener("fetch", (event) => event.respondWith(runVectors({ ...core, ...edge }, vectors).then((result) => Response.json(result))));
`);
  const { outputFiles } = await build({
    entryPoints: [script], bundle: true, format: "iife", conditions: ["edge-light"], write: false, logLevel: "error",
    // As Vercel's builder does: a module asked for with ?module is compiled ahead and handed in.
    plugins: [{
      name: "compiled-ahead",
      setup: (plugin) => {
        plugin.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path), namespace: "ahead" }));
        plugin.onLoad({ filter: /.*/, namespace: "ahead" }, () => ({ contents: "export default compiledAhead;" }));
      },
    }],
  });
  const bytes = readFileSync(join(installed.folder, "node_modules/hallpass/dist/core.wasm"));
  const runtime = new EdgeRuntime({
    initialCode: outputFiles[0].text,
    extend: (scope) => Object.assign(scope, { compiledAhead: new WebAssembly.Module(bytes) }),
  });
  const response = await runtime.dispatchFetch("http://edge/");
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "node_modules/edge-runtime/package.json")));
  same(context, await response.json(), `edge-runtime ${version}`);
});

test("Chromium, with what is in the tarball and no bundler", async (context) => {
  await installed.write("plain.html", `<!doctype html><script type="module">
import * as core from "/node_modules/hallpass/dist/browser/index.js";
import * as edge from "/node_modules/hallpass/dist/browser/edge.js";
import { runVectors } from "/vectors.mjs";
const vectors = await (await fetch("/vectors.json")).json();
globalThis.result = await runVectors({ ...core, ...edge }, vectors);
</script>`);
  const { result, version } = await openPage(installed.folder, "plain.html");
  same(context, result, version);
});

/** What a runtime without WebAssembly is: the name is not there at all. */
const without = (imports) => `delete globalThis.WebAssembly;
const { default: vectors } = await import("./vectors.json", { with: { type: "json" } });
const { runVectors } = await import("./vectors.mjs");
const modules = await Promise.all(${JSON.stringify(imports)}.map((name) => import(name)));
if (typeof WebAssembly !== "undefined") throw new Error("WebAssembly is back");
console.log("RESULT " + JSON.stringify(await runVectors(Object.assign({}, ...modules), vectors)));
`;

test("no WebAssembly at all: hallpass/js", async (context) => {
  const script = await installed.write("twin.mjs", without(["hallpass/js"]));
  same(context, resultIn(await say(process.execPath, [script])), `Node ${process.version} without WebAssembly`);
});

test("no WebAssembly at all: hallpass and hallpass/edge under Fastly's condition", async (context) => {
  const script = await installed.write("fastly.mjs", without(["hallpass", "hallpass/edge"]));
  const result = resultIn(await say(process.execPath, ["--conditions=fastly", script]));
  same(context, result, `Node ${process.version} without WebAssembly, condition fastly`);
});

test("the bytes inside a script: hallpass/inlined", async (context) => {
  const script = await installed.write("inlined.mjs", without(["hallpass/inlined"]).replace(/^delete.*\n/, "").replace(/^if .*\n/m, ""));
  same(context, resultIn(await say(process.execPath, [script])), `Node ${process.version}, bytes inlined`);
});
