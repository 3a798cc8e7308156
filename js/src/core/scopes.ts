import { type Refused, wrongType } from "./error.js";
import type { CoreExports } from "./exports.js";
import { Handles } from "./handles.js";
import type { Memory } from "./memory.js";
import { loadPolicy, type PolicyChoice } from "./policy.js";
import { ScopeHandles } from "./scope-handles.js";

export interface Narrowing {
  /** What the next higher level holds; scopes are separated by spaces. */
  readonly available: string;
  /** Asked for by name; without it, all that is available and allowed. */
  readonly requested?: string | null;
  /** Patterns that act-as never carries: `billing:*`. */
  readonly neverCarried?: string;
  readonly readOnly?: boolean;
}

/** Scopes and policies, which cross once and are numbers from then on. */
export class ScopeCalls extends ScopeHandles {
  readonly #core: CoreExports;
  readonly #memory: Memory;
  readonly #policies: Handles;

  constructor(core: CoreExports, memory: Memory) {
    super(core, memory);
    this.#core = core;
    this.#memory = memory;
    this.#policies = new Handles(256, (handle) => core.hp_policy_free(handle));
  }

  /** The number for a policy, or why there is none. */
  policy(choice: PolicyChoice): number | Refused {
    const key = typeof choice === "string" ? choice : JSON.stringify(choice);
    const known = this.#policies.get(key);
    if (known !== undefined) return known;
    const handle = loadPolicy(this.#core, this.#memory, choice);
    if (typeof handle === "number") {
      this.#policies.makeRoom(1);
      this.#policies.set(key, handle);
    }
    return handle;
  }

  isSubset(mine: string, theirs: string): boolean {
    this.makeRoom(2);
    const inner = this.handle(mine);
    const outer = this.handle(theirs);
    return inner >= 0 && outer >= 0 && this.#core.hp_scopes_subset(inner, outer) === 1;
  }

  narrow(narrowing: Narrowing): { readonly ok: true; readonly scopes: string } | Refused {
    const { available, requested } = narrowing;
    if (typeof available !== "string") return wrongType("available", "scopes separated by spaces");
    this.makeRoom(2);
    const from = this.handle(available);
    if (from < 0) return this.#memory.refused();
    let asked = -1;
    if (typeof requested === "string") {
      asked = this.handle(requested);
      if (asked < 0) return this.#memory.refused();
    }
    const size = this.#memory.write(narrowing.neverCarried ?? "");
    const answer = this.#core.hp_scopes_narrow(from, asked, narrowing.readOnly === true ? 1 : 0, size);
    return answer < 0 ? this.#memory.refused() : { ok: true, scopes: this.#memory.text(0) };
  }
}
