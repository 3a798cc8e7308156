// Bundlers without configuration, but for what to bundle and where to put it; each bundle then runs.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openPage, resultOf } from "./chromium.mjs";
import { installPackage, program, resultIn, say } from "./installed.mjs";
import { askWorkerd } from "./workerd.mjs";

const require = createRequire(import.meta.url);
let installed;
let reference;

const imports = `import { loadCore } from "hallpass";
import { createVerifier } from "hallpass/edge";
import vectors from "./vectors.json";
import { runVectors } from "./vectors.mjs";
const answer = () => runVectors({ loadCore, createVerifier }, vectors);
`;
const page = (script) => `<!doctype html><script type="module" src="${script}"></script>`;

before(async () => {
  installed = await installPackage();
  reference = resultIn(await say(process.execPath, ["main.mjs"], { cwd: installed.folder }));
  await installed.write("page.js", `${imports}answer().then((result) => (globalThis.result = result));\n`);
  await installed.write("server.js", `${imports}answer().then((result) => console.log("RESULT " + JSON.stringify(result)));\n`);
  await installed.write("index.html", page("/page.js"));
  await installed.write("worker.js", `${imports}export default { fetch: async () => Response.json(await answer()) };\n`);
});
after(() => installed?.remove());

const versionOf = async (name) =>
  JSON.parse(await readFile(join(import.meta.dirname, `node_modules/${name}/package.json`))).version;

async function same(context, result, bundler) {
  assert.deepEqual(result.wrong, []);
  assert.deepEqual(result, reference);
  context.diagnostic(`${bundler} ${await versionOf(bundler)}: ${result.passed} vectors`);
}

/** Where the module ended up: a file of its own, or only inside a script. */
const modules = async (folder) => (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".wasm"));

const out = (name) => join(installed.folder, "out", name);
const vite = () => ({ root: installed.folder, logLevel: "error", clearScreen: false });

test("Vite, built, in Chromium", async (context) => {
  const { build } = await import("vite");
  await build({ ...vite(), build: { outDir: out("vite") } });
  assert.equal((await modules(out("vite"))).length, 1);
  await same(context, (await openPage(out("vite"), "index.html")).result, "vite");
});

test("Vite, while developing, in Chromium", async (context) => {
  const { createServer } = await import("vite");
  const server = await createServer({ ...vite(), server: { host: "127.0.0.1", port: 0 } });
  try {
    await server.listen();
    const { port } = server.httpServer.address();
    await same(context, (await resultOf(`http://127.0.0.1:${port}/`)).result, "vite");
  } finally {
    await server.close();
  }
});

/** That the vectors make a large bundle is this test's doing. */
const ofSize = ({ message }) => /size limit|performance recommendations/.test(message);

function webpack(entry, folder, target) {
  const compiler = require("webpack")({ mode: "production", context: installed.folder, entry, output: { path: out(folder) }, target });
  return new Promise((resolve, reject) => {
    compiler.run((error, stats) => {
      if (error) return reject(error);
      const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
      const complaints = [...errors, ...warnings.filter((warning) => !ofSize(warning))].map(({ message }) => message);
      return compiler.close(() => (complaints.length > 0 ? reject(new Error(complaints.join("\n"))) : resolve()));
    });
  });
}

test("webpack, in Chromium", async (context) => {
  await webpack("./page.js", "webpack", "web");
  await installed.write("out/webpack/index.html", page("main.js"));
  assert.equal((await modules(out("webpack"))).length, 1);
  await same(context, (await openPage(out("webpack"), "index.html")).result, "webpack");
});

test("webpack, in Node", async (context) => {
  await webpack("./server.js", "webpack-node", "node");
  await installed.write("out/webpack-node/package.json", "{}"); // its output is CommonJS
  await same(context, resultIn(await say(process.execPath, [join(out("webpack-node"), "main.js")])), "webpack");
});

const esbuild = (...parameters) => say(program("esbuild"), [...parameters, "--bundle", "--log-level=warning"], { cwd: installed.folder });

test("esbuild, in Chromium", async (context) => {
  await esbuild("page.js", "--format=esm", "--outdir=out/esbuild");
  await installed.write("out/esbuild/index.html", page("page.js"));
  await same(context, (await openPage(out("esbuild"), "index.html")).result, "esbuild");
});

for (const format of ["esm", "cjs"]) {
  test(`esbuild, ${format}, in Node`, async (context) => {
    const file = join(out("esbuild"), format === "esm" ? "server.mjs" : "server.cjs");
    await say(program("esbuild"), ["server.js", "--bundle", "--platform=node", `--format=${format}`, `--outfile=${file}`, "--log-level=error"], { cwd: installed.folder });
    await same(context, resultIn(await say(process.execPath, [file])), "esbuild");
  });
}

test("Bun, bundled and run", async (context) => {
  await say(program("bun"), ["build", "server.js", "--target=bun", "--outdir=out/bun"], { cwd: installed.folder });
  await same(context, resultIn(await say(program("bun"), [join(out("bun"), "server.js")])), "bun");
});

test("wrangler, in workerd", async (context) => {
  const node = join(import.meta.dirname, `node_modules/node-26-${process.arch}/bin/node`); // wrangler needs Node 22
  const cli = join(import.meta.dirname, "node_modules/wrangler/bin/wrangler.js");
  const parameters = ["deploy", "worker.js", "--dry-run", "--outdir=out/wrangler", "--name=x", "--compatibility-date=2026-10-01"];
  const env = { ...process.env, HOME: installed.folder, WRANGLER_SEND_METRICS: "false", CI: "1" };
  await say(node, [cli, ...parameters], { cwd: installed.folder, env });
  assert.equal((await modules(out("wrangler"))).length, 1);
  await same(context, JSON.parse((await askWorkerd(out("wrangler"), "worker.js")).text), "wrangler");
});
