import { readFileSync } from "node:fs";

// At once rather than in the background: handing a module this small to other threads takes longer
// than compiling it. Bun reads it the same way: its own import of a .wasm gives a path.
function read(): WebAssembly.Instance {
  const bytes = readFileSync(new URL("../core.wasm", import.meta.url));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes));
}

// A bundler may leave the file behind; then its bytes come inside a script.
export async function instance(): Promise<WebAssembly.Instance> {
  try {
    return read();
  } catch {
    return (await import("./inlined.js")).instance();
  }
}

export { inflated } from "./inflate.js";
