export async function instance(): Promise<WebAssembly.Instance> {
  const bytes = await Deno.readFile(new URL("../core.wasm", import.meta.url));
  return (await WebAssembly.instantiate(bytes)).instance;
}
