// Builds js/dist: modules for bundlers and servers, ready bundles for browsers, types, core.wasm; audit.wasm lies within them.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { twinOf } from "./twin.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const module = process.env.HALLPASS_CORE_WASM ?? join(here, "../build/wasm/wasm/core.wasm");
const audit = join(here, "../build/wasm/wasm/audit.wasm");

const source = (path) => join(here, "src", path);
const inBrowsers = {
  index: source("index.ts"),
  edge: source("edge/index.ts"),
  client: source("client.ts"),
  elements: source("elements/index.ts"),
  record: source("record/index.ts"),
  "elements/banner": source("elements/banner-alone.ts"),
  "elements/consent-prompt": source("elements/consent-prompt-alone.ts"),
};
const onServers = Object.fromEntries(["hono", "express", "node"].map((name) => [name, source(`${name}.ts`)]));
const loaders = ["workerd", "edge-light", "node", "deno", "browser", "inlined", "js"];
/** Loaders that can be had by name too, where nobody looks at the conditions of package.json. */
const named = ["workerd", "edge-light", "inlined", "js"];
const common = { bundle: true, format: "esm", target: "es2022", charset: "utf8", logLevel: "warning", minifySyntax: true };

/** The module's bytes as a text and its twin as a script, for the loaders that carry them along. */
const carriedCore = {
  name: "carried-core",
  setup(plugin) {
    plugin.onResolve({ filter: /^(inlined|twin)-core$/ }, ({ path }) => ({ path, namespace: "carried-core" }));
    plugin.onLoad({ filter: /^inlined-core$/, namespace: "carried-core" }, () => ({
      contents: readFileSync(module).toString("base64"),
      loader: "text",
    }));
    plugin.onLoad({ filter: /^twin-core$/, namespace: "carried-core" }, () => ({ contents: twinOf(module), loader: "js" }));
  },
};

/** The checks of proofs: some 4 KB, which the scripts that use them carry. */
const carriedAudit = {
  name: "carried-audit",
  setup(plugin) {
    plugin.onResolve({ filter: /^inlined-audit$/ }, ({ path }) => ({ path, namespace: "carried-audit" }));
    plugin.onLoad({ filter: /.*/, namespace: "carried-audit" }, () => ({ contents: readFileSync(audit).toString("base64"), loader: "text" }));
  },
};

/** Styles without what people alone need: they are texts to a bundler, and it leaves them as they are. */
const smallStyles = {
  name: "small-styles",
  setup(plugin) {
    const small = async (css) => (await transform(css, { loader: "css", minify: true, target: "es2022", charset: "utf8" })).code.trim().replaceAll("\\", "\\\\");
    plugin.onLoad({ filter: /[\\/]src[\\/]elements[\\/].*\.ts$/ }, async ({ path }) => {
      const pieces = readFileSync(path, "utf8").split(/css`([^`$\\]*)`/);
      const texts = await Promise.all(pieces.map(async (piece, at) => (at % 2 === 0 ? piece : `css\`${await small(piece)}\``)));
      return { contents: texts.join(""), loader: "ts" };
    });
  },
};

/** Leaves what a runtime or its bundler must see as it stands: `core.wasm`, and one loader's way to another. */
const staysOutside = {
  name: "stays-outside",
  setup(plugin) {
    plugin.onResolve({ filter: /\.wasm(\?module)?$|^\.\/inlined\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** Puts one loader in place of the choice that package.json's `imports` makes. */
const loadedBy = (name) => ({
  name: "loaded-by",
  setup(plugin) {
    plugin.onResolve({ filter: /^#core-module$/ }, () => ({ path: `./load/${name}.js`, external: true }));
  },
});

/** In browsers nobody reads package.json's `imports`: the loader is bundled in. */
const browserLoader = {
  name: "browser-loader",
  setup(plugin) {
    plugin.onResolve({ filter: /^#core-module$/ }, () => ({ path: source("load/browser.ts") }));
    plugin.onResolve({ filter: /^\.\/inlined\.js$/ }, () => ({ path: "../load/inlined.js", external: true }));
  },
};

for (const each of [module, audit]) {
  if (existsSync(each)) continue;
  console.error(`${each} is missing; build it first: cmake --preset wasm && cmake --build --preset wasm`);
  process.exit(1);
}
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
copyFileSync(module, join(dist, "core.wasm"));

const shared = { ...common, splitting: true, chunkNames: "chunk-[hash]", sourcemap: true };
const builds = [
  build({
    ...shared,
    entryPoints: { ...inBrowsers, ...onServers },
    outdir: dist,
    external: ["#core-module"],
    packages: "external",
    plugins: [smallStyles, carriedAudit],
  }),
  build({
    ...common,
    entryPoints: loaders.map((name) => source(`load/${name}.ts`)),
    outdir: join(dist, "load"),
    external: ["node:*"],
    minify: true,
    plugins: [carriedCore, staysOutside],
  }),
  build({
    ...shared,
    entryPoints: inBrowsers,
    outdir: join(dist, "browser"),
    minify: true,
    legalComments: "linked",
    plugins: [browserLoader, smallStyles, carriedAudit],
    conditions: ["browser"],
  }),
  ...named.map((name) =>
    build({
      ...common,
      sourcemap: true,
      entryPoints: { [name]: source("complete.ts") },
      outdir: dist,
      plugins: [loadedBy(name)],
    }),
  ),
];
await Promise.all(builds);

// esbuild names chunks once more to keep an order of side effects; these have none, as package.json says.
for (const name of [dist, join(dist, "elements")].flatMap((folder) => readdirSync(folder).map((each) => join(folder, each)))) {
  if (!name.endsWith(".js")) continue;
  const text = readFileSync(name, "utf8");
  writeFileSync(name, text.replace(/^import "\.\.?\/chunk-\w+\.js";$/gm, "")); // the line stays, for the source map
}
if (!process.argv.includes("--no-types")) {
  execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "-p", here], { stdio: "inherit" });
}
const analyzer = join(here, "node_modules/@custom-elements-manifest/analyzer/cem.js");
execFileSync(process.execPath, [analyzer, "analyze", "--config", "custom-elements-manifest.config.mjs"], { cwd: here, stdio: "inherit" });
