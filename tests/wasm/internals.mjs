// The JavaScript core with its inner calls, bundled from the sources for tests alone.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const js = join(here, "../../js");
const { build } = createRequire(join(js, "package.json"))("esbuild");

/** The module that the tests try: js/dist/core.wasm. */
export const corePath = join(js, "dist/core.wasm");
/** The module that checks proofs; the package carries it within its scripts. */
export const auditPath = join(here, "../../build/wasm/wasm/audit.wasm");

const loader = `
import { readFileSync } from "node:fs";
const module = new WebAssembly.Module(readFileSync(${JSON.stringify(corePath)}));
export const instance = () => new WebAssembly.Instance(module);
`;
const entry = `
export { Core } from "./core.ts";
export { loadModule } from "./core/module.ts";
export { TokenCalls } from "./core/token.ts";
export { Reporter } from "./edge/report.ts";
export { SendQueue } from "./edge/send-queue.ts";
export { SeenTokens } from "./edge/seen.ts";
export { credentialOf } from "./edge/act-as.ts";
export { signatureCheck } from "./edge/signature.ts";
export { TreeChecks } from "./record/tree.ts";
`;

async function load() {
  const folder = mkdtempSync(join(tmpdir(), "hallpass-internals-"));
  try {
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: join(js, "src"), loader: "ts" },
      bundle: true,
      format: "esm",
      platform: "node",
      write: false,
      logLevel: "error",
      plugins: [
        {
          name: "core-module",
          setup(plugin) {
            plugin.onResolve({ filter: /^#core-module$/ }, () => ({ path: "core-module", namespace: "test" }));
            plugin.onLoad({ filter: /^core-module$/, namespace: "test" }, () => ({ contents: loader, loader: "js" }));
            plugin.onResolve({ filter: /^inlined-audit$/ }, ({ path }) => ({ path, namespace: "test" }));
            plugin.onLoad({ filter: /^inlined-audit$/, namespace: "test" }, () => ({ contents: readFileSync(auditPath, "base64"), loader: "text" }));
          },
        },
      ],
    });
    const path = join(folder, "internals.mjs");
    writeFileSync(path, outputFiles[0].contents);
    return await import(pathToFileURL(path).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const internals = await load();
