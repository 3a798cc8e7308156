import module from "../core.wasm";

// workerd refuses to compile bytes, and instantiates modules at top level at once.
const ready = new WebAssembly.Instance(module);

export function instance(): WebAssembly.Instance {
  return ready;
}

export { inflated } from "./inflate.js";
