// Builds js/dist: modules for bundlers and servers, ready bundles for browsers, types, core.wasm.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const module = process.env.HALLPASS_CORE_WASM ?? join(here, "../build/wasm/wasm/core.wasm");

const entries = { index: "index.ts", edge: "edge/index.ts", client: "client.ts", elements: "elements/index.ts" };
const entryPoints = Object.fromEntries(
  Object.entries(entries)
    .map(([name, path]) => [name, join(here, "src", path)])
    .filter(([, path]) => existsSync(path)),
);
const loaders = ["workerd", "edge-light", "node", "deno", "browser", "inlined"];
const common = { bundle: true, format: "esm", target: "es2022", charset: "utf8", logLevel: "warning", minifySyntax: true };

/** The module's bytes as a text, for the loader that carries them along. */
const inlinedCore = {
  name: "inlined-core",
  setup(plugin) {
    plugin.onResolve({ filter: /^inlined-core$/ }, () => ({ path: module, namespace: "inlined-core" }));
    plugin.onLoad({ filter: /.*/, namespace: "inlined-core" }, () => ({
      contents: readFileSync(module).toString("base64"),
      loader: "text",
    }));
  },
};

/** Leaves `import … from "../core.wasm"` as it stands, for the runtime or its bundler. */
const wasmStays = {
  name: "wasm-stays",
  setup(plugin) {
    plugin.onResolve({ filter: /\.wasm(\?module)?$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** In browsers nobody reads package.json's `imports`: the loader is bundled in. */
const browserLoader = {
  name: "browser-loader",
  setup(plugin) {
    plugin.onResolve({ filter: /^#core-module$/ }, () => ({ path: join(here, "src/load/browser.ts") }));
  },
};

if (!existsSync(module)) {
  console.error(`${module} is missing; build it first: cmake --preset wasm && cmake --build --preset wasm`);
  process.exit(1);
}
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
copyFileSync(module, join(dist, "core.wasm"));

await build({
  ...common,
  entryPoints,
  outdir: dist,
  splitting: true,
  chunkNames: "chunk-[hash]",
  external: ["#core-module"],
  packages: "external",
});
await build({
  ...common,
  entryPoints: loaders.map((name) => join(here, "src/load", `${name}.ts`)),
  outdir: join(dist, "load"),
  external: ["node:*"],
  plugins: [inlinedCore, wasmStays],
});
await build({
  ...common,
  entryPoints,
  outdir: join(dist, "browser"),
  splitting: true,
  chunkNames: "chunk-[hash]",
  minify: true,
  plugins: [browserLoader],
  conditions: ["browser"],
});
if (!process.argv.includes("--no-types")) {
  execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "-p", here], { stdio: "inherit" });
}
