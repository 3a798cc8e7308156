// A server that does not know the media type of .wasm still works, a little slower.
export async function instance(): Promise<WebAssembly.Instance> {
  const address = new URL("../core.wasm", import.meta.url);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`core.wasm cannot be fetched: ${response.status}`);
  if (response.headers.get("Content-Type")?.startsWith("application/wasm") === true) {
    return (await WebAssembly.instantiateStreaming(response)).instance;
  }
  return (await WebAssembly.instantiate(await response.arrayBuffer())).instance;
}
