// Minified and compressed with brotli, as a worker's bundler would: what an application that imports this carries.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const edge = join(here, "../../../js/dist/edge.js");
const { build } = createRequire(join(here, "../../../js/package.json"))("esbuild");

const sources = {
  "hallpass.all": `export * from ${JSON.stringify(edge)}`,
  "hallpass.createGuard": `export { createGuard } from ${JSON.stringify(edge)}`,
  "hallpass.createVerifier": `export { createVerifier } from ${JSON.stringify(edge)}`,
  "jose.jwtVerify": `export { jwtVerify } from "jose"`,
};

/** @returns bytes by what is imported; core.wasm and its one-line loader are left out */
export async function weights() {
  const found = {};
  for (const [name, contents] of Object.entries(sources)) {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: here, loader: "js" },
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      conditions: ["workerd"],
      external: ["#core-module"],
      legalComments: "none",
      write: false,
    });
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
    found[name] = brotliCompressSync(outputFiles[0].contents, { params }).length;
  }
  return found;
}
