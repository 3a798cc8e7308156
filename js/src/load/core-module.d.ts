/** What every loader gives; which one it is, package.json's `imports` decides by runtime. */
declare module "#core-module" {
  /** As much of an instance as is used, so that the twin without WebAssembly is one as well. */
  export interface CoreInstance {
    readonly exports: WebAssembly.Exports;
  }
  export function instance(): CoreInstance | Promise<CoreInstance>;
  /**
   * Undoes zlib's compression; not every runtime has a way of its own. A stream is as long as its reader
   * lets it be; bytes are never more than `maxBytes`. Fails where there would be more, or what came is none of that.
   */
  export function inflated(
    bytes: Uint8Array<ArrayBuffer>,
    maxBytes: number,
  ): ReadableStream<Uint8Array<ArrayBuffer>> | Promise<Uint8Array<ArrayBuffer>>;
}

// What the loaders take from their runtimes, so that no runtime's whole type package is needed.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
declare module "node:fs" {
  export function readFileSync(path: URL): Uint8Array<ArrayBuffer>;
}
declare module "node:zlib" {
  export function inflateSync(
    bytes: Uint8Array<ArrayBuffer>,
    options: { readonly maxOutputLength: number },
  ): Uint8Array<ArrayBuffer>;
}
declare module "inlined-core" {
  /** The module's bytes in base64. */
  const text: string;
  export default text;
}
declare module "twin-core" {
  /** And all the calls, by their names. */
  export const memory: WebAssembly.Memory;
}
declare const Deno: { readFile(path: URL): Promise<Uint8Array<ArrayBuffer>> };
declare module "inlined-audit" {
  /** audit.wasm in base64: it is too small for a request of its own. */
  const text: string;
  export default text;
}
