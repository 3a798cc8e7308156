import type { CoreExports } from "../core/exports.js";
import { type ExpiryChoice, ExpiryCalls, type ExpiryOptions, type ExpiryResult, type RemainingFound } from "../core/expiry.js";
import type { Refused } from "../core/error.js";
import { loadModule, type Module } from "../core/module.js";
import type { Memory } from "../core/memory.js";
import type { ScopeHandles } from "../core/scope-handles.js";
import { type GrantStatus, grantStatuses } from "../generated/constants.js";

/**
 * What screens ask the core: ends, what is left, status, scopes. `Core` has the same calls and more;
 * to plan sessions is the server's, and a page that asks for consent need not load it.
 */
export class ScreenCore {
  readonly #exports: CoreExports;
  readonly #expiry: ExpiryCalls;
  readonly #memory: Memory;
  readonly #scopes: ScopeHandles;

  constructor({ exports, memory, scopes }: Module) {
    this.#exports = exports;
    this.#expiry = new ExpiryCalls(exports, memory);
    this.#memory = memory;
    this.#scopes = scopes;
  }

  expiry(choice: ExpiryChoice, options: ExpiryOptions): ExpiryResult {
    return this.#expiry.expiry(choice, options);
  }

  lastDay(until: number, timeZone: string): string {
    return this.#expiry.lastDay(until, timeZone);
  }

  remaining(expiresAt: number, now: number, stepSeconds: number): RemainingFound | Refused {
    return this.#expiry.remaining(expiresAt, now, stepSeconds);
  }

  /** @param until pendingUntil or grantedUntil, as the stored status has it */
  grantStatus(stored: GrantStatus, until: number, now: number): GrantStatus {
    const status = this.#exports.hp_grant_status(grantStatuses.indexOf(stored), until, now);
    return grantStatuses[status] ?? "expired";
  }

  /** Those of the scopes that only let somebody look. */
  readScopes(scopes: readonly string[]): readonly string[] {
    this.#scopes.makeRoom(1);
    const all = this.#scopes.handle(scopes.join(" "));
    if (all < 0) return [];
    const nothing = this.#memory.write("");
    if (this.#exports.hp_scopes_narrow(all, -1, 1, nothing) < 0) return [];
    return this.#memory.text(0).split(" ").filter((scope) => scope !== "");
  }
}

let core: ScreenCore | undefined;

/** Loads the module, once, and shares it with `loadCore`. Where it fails, the next call tries again. */
export async function loadScreenCore(): Promise<ScreenCore> {
  const module = await loadModule();
  core ??= new ScreenCore(module);
  return core;
}
