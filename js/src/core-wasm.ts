/** What `hallpass/core.wasm` is, where a runtime or bundler compiles modules that are imported. */
declare const module: WebAssembly.Module;
export default module;
