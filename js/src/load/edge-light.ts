import module from "../core.wasm?module";

export function instance(): Promise<WebAssembly.Instance> {
  return WebAssembly.instantiate(module);
}
