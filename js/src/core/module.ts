import { instance } from "#core-module";
import type { CoreExports } from "./exports.js";
import { Memory } from "./memory.js";
import { ScopeHandles } from "./scope-handles.js";

/** The instantiated module with what all calls share. */
export interface Module {
  readonly exports: CoreExports;
  readonly memory: Memory;
  readonly scopes: ScopeHandles;
}

let loading: Promise<Module> | undefined;

function prepare(module: WebAssembly.Instance): Module {
  const exports = module.exports as unknown as CoreExports;
  exports._initialize?.();
  const memory = new Memory(exports);
  return { exports, memory, scopes: new ScopeHandles(exports, memory) };
}

/** Instantiates the module, once. Where that fails, the next call tries again. */
export function loadModule(): Promise<Module> {
  loading ??= Promise.resolve()
    .then(instance)
    .then(prepare)
    .catch((cause: unknown) => {
      loading = undefined;
      throw cause;
    });
  return loading;
}
