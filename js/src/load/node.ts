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

/** At once: Node's streams take ten times as long to carry a list as it takes to inflate it. */
export async function inflated(
  bytes: Uint8Array<ArrayBuffer>,
  maxOutputLength: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { inflateSync } = await import("node:zlib");
  return inflateSync(bytes, { maxOutputLength });
}
