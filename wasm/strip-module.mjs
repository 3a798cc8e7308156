// Takes out of the linked module what only a toolchain wants: exports other than ours, and whatever
// was reachable through them alone, and texts that nobody is shown. Usage: node strip-module.mjs linked.wasm module.wasm
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [linked, target] = process.argv.slice(2);
const features = ["--enable-bulk-memory", "--enable-sign-ext", "--enable-nontrapping-float-to-int", "--enable-mutable-globals"];
const kept = (name) => name.startsWith("hp_") || name === "memory" || name === "_initialize";

const exports = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(linked)));
const roots = exports.filter(({ name }) => kept(name)).map(({ name }) => ({ name, export: name, root: true }));

/** nlohmann's lexer notes why it refuses, which nobody asks it. Zeros weigh nothing once compressed. */
function withoutLexerMessages(module) {
  const text = module.toString("latin1");
  for (const { index, 0: message } of text.matchAll(/(?<=\0)invalid (?:BOM|comment|literal|number|string)[^\0]*/g)) {
    module.fill(0, index, index + message.length);
  }
  return module;
}

const folder = mkdtempSync(join(tmpdir(), "hallpass-strip-"));
try {
  const graph = join(folder, "graph.json");
  const reachable = join(folder, "reachable.wasm");
  writeFileSync(graph, JSON.stringify(roots));
  execFileSync("wasm-metadce", [...features, `--graph-file=${graph}`, linked, "-o", reachable], { stdio: ["ignore", "ignore", "inherit"] });
  // Small functions weigh less in place, once compressed, than what it takes to call them.
  const passes = ["--code-folding", "-Oz", "--always-inline-max-function-size=6", "--strip-debug", "--strip-producers"];
  execFileSync("wasm-opt", [...features, ...passes, reachable, "-o", target]);
  writeFileSync(target, withoutLexerMessages(readFileSync(target)));
} finally {
  rmSync(folder, { recursive: true });
}
