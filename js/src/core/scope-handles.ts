import type { CoreExports } from "./exports.js";
import { Handles } from "./handles.js";
import type { Memory } from "./memory.js";

/** Scopes, which cross once and are numbers from then on: all that verifying a token needs of them. */
export class ScopeHandles {
  readonly #core: CoreExports;
  readonly #memory: Memory;
  readonly #handles: Handles;
  /** The canonical text of scopes that have this number. */
  readonly texts: (string | undefined)[] = [];

  constructor(core: CoreExports, memory: Memory) {
    this.#core = core;
    this.#memory = memory;
    this.#handles = new Handles(1024, (handle) => {
      core.hp_scopes_free(handle);
      this.texts[handle] = undefined;
    });
  }

  makeRoom(count: number): void {
    this.#handles.makeRoom(count);
  }

  /** The number for scopes, or -1 with the refusal left in memory. */
  handle(scopes: string): number {
    const known = this.#handles.get(scopes);
    if (known !== undefined) return known;
    const handle = this.#core.hp_scopes(this.#memory.write(scopes));
    if (handle >= 0) {
      this.#handles.set(scopes, handle);
      this.texts[handle] = this.#memory.text(2);
    }
    return handle;
  }
}
