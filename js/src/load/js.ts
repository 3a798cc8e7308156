import * as twin from "twin-core";

// Looking a call up in a plain object costs nothing; in a module's namespace it may.
const exports: WebAssembly.Exports = { ...twin };

export function instance(): { readonly exports: WebAssembly.Exports } {
  return { exports };
}

export { inflated } from "./inflate.js";
