import { readFile } from "node:fs/promises";

async function read(): Promise<WebAssembly.Instance> {
  // Bun reads it the same way: its own import of a .wasm gives a path.
  const bytes = await readFile(new URL("../core.wasm", import.meta.url));
  return (await WebAssembly.instantiate(bytes)).instance;
}

// A bundler may leave the file behind; then its bytes come inside a script.
export async function instance(): Promise<WebAssembly.Instance> {
  return read().catch(async () => (await import("./inlined.js")).instance());
}
