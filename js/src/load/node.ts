import { readFile } from "node:fs/promises";

// Bun reads it the same way: its own import of a .wasm gives a path.
export async function instance(): Promise<WebAssembly.Instance> {
  const bytes = await readFile(new URL("../core.wasm", import.meta.url));
  return (await WebAssembly.instantiate(bytes)).instance;
}
