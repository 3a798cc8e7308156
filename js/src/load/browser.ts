/** A server that does not know the media type of .wasm still works, a little slower. */
async function fetched(): Promise<WebAssembly.Instance> {
  const response = await fetch(new URL("../core.wasm", import.meta.url));
  if (!response.ok) throw new Error(`core.wasm cannot be fetched: ${response.status}`);
  if (response.headers.get("Content-Type")?.startsWith("application/wasm") === true) {
    return (await WebAssembly.instantiateStreaming(response)).instance;
  }
  return (await WebAssembly.instantiate(await response.arrayBuffer())).instance;
}

// A bundler may leave the module behind; then its bytes come inside a script.
export async function instance(): Promise<WebAssembly.Instance> {
  return fetched().catch(async () => (await import("./inlined.js")).instance());
}

export { inflated } from "./inflate.js";
