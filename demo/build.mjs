// Builds demo/dist: the pages (site) and the edge worker (edge).
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const site = join(here, "dist/site");
const edge = join(here, "dist/edge");
const core = join(here, "../js/dist/core.wasm");

if (!existsSync(core)) {
  console.error(`${core} is missing; build the package first: npm run build --prefix js`);
  process.exit(1);
}
rmSync(join(here, "dist"), { recursive: true, force: true });
mkdirSync(join(site, "assets"), { recursive: true });
mkdirSync(edge, { recursive: true });

const pages = readdirSync(join(here, "pages"));
for (const page of pages.filter((name) => name.endsWith(".html"))) cpSync(join(here, "pages", page), join(site, page));
copyFileSync(join(here, "pages/icon.svg"), join(site, "assets/icon.svg"));
copyFileSync(core, join(site, "core.wasm")); // one folder above the modules that load it

const common = { bundle: true, format: "esm", target: "es2022", charset: "utf8", logLevel: "warning", minify: true };
await build({
  ...common,
  entryPoints: pages
    .filter((name) => name.endsWith(".html"))
    .map((name) => join(here, "src", `${basename(name, ".html")}.ts`)),
  outdir: join(site, "assets"),
  splitting: true,
  chunkNames: "chunk-[hash]",
  conditions: ["browser"],
});
await build({
  ...common,
  entryPoints: [join(here, "pages/veldboek.css")],
  outdir: join(site, "assets"),
  loader: { ".woff2": "file" },
  assetNames: "[name]-[hash]",
});

await build({
  ...common,
  minify: false,
  entryPoints: [join(here, "edge/worker.mjs")],
  outdir: edge,
  conditions: ["workerd", "worker"],
  plugins: [
    {
      // workerd gets the module beside the worker and compiles it itself.
      name: "core-beside-the-worker",
      setup(plugin) {
        plugin.onResolve({ filter: /\.wasm$/ }, () => ({ path: "./core.wasm", external: true }));
      },
    },
  ],
});
copyFileSync(core, join(edge, "core.wasm"));
