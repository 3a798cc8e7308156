import { type CoreError, problemOf, type Refused } from "./core/error.js";
import {
  type AvailablePreset,
  ExpiryCalls,
  type ExpiryChoice,
  type ExpiryFound,
  type ExpiryOptions,
  type ExpiryResult,
  type RemainingFound,
} from "./core/expiry.js";
import { loadModule, type Module } from "./core/module.js";
import { type Narrowing, ScopeCalls } from "./core/scopes.js";
import type { PolicyChoice, TenantPolicy } from "./core/policy.js";
import {
  permissionNames,
  type SessionPlan,
  StartCalls,
  type StartFacts,
  type StartGrant,
} from "./core/start.js";
import type { Session } from "./core/token.js";
import type { GrantStatus } from "./generated/constants.js";

export {
  type AvailablePreset,
  type CoreError,
  type ExpiryChoice,
  type ExpiryFound,
  type ExpiryOptions,
  type ExpiryResult,
  type Narrowing,
  permissionNames,
  type PolicyChoice,
  problemOf,
  type Refused,
  type RemainingFound,
  type Session,
  type SessionPlan,
  type StartFacts,
  type StartGrant,
  type TenantPolicy,
};

/**
 * The policy core. Times are milliseconds since the epoch; what is refused comes back as
 * `{ ok: false, error }`, and nothing throws on bad input.
 */
export class Core {
  readonly #expiry: ExpiryCalls;
  readonly #scopes: ScopeCalls;
  readonly #start: StartCalls;
  constructor({ exports, memory }: Module) {
    this.#expiry = new ExpiryCalls(exports, memory);
    this.#scopes = new ScopeCalls(exports, memory);
    this.#start = new StartCalls(exports, memory, this.#scopes);
  }

  /** The release of the time-zone data, for example "2026f". */
  get tzdataVersion(): string {
    return this.#expiry.version();
  }

  /**
   * When consent ends, in the user's time zone: a preset, the end of `date`, or the instant `until`.
   * @example core.expiry("end_of_today", { now: Date.now(), timeZone: "Europe/Amsterdam" })
   */
  expiry(choice: ExpiryChoice, options: ExpiryOptions): ExpiryResult {
    return this.#expiry.expiry(choice, options);
  }

  /** The presets that can be had now, each with its end. */
  presets(options: Omit<ExpiryOptions, "date" | "until">): AvailablePreset[] {
    return this.#expiry.presets(options);
  }

  /** The last local day (YYYY-MM-DD) on which access holds while now < until; "" if there is none. */
  lastDay(until: number, timeZone: string): string {
    return this.#expiry.lastDay(until, timeZone);
  }

  /**
   * What a countdown shows, and when it must look again.
   * @param stepSeconds how coarse the display is: 1, or 60 while only minutes are shown
   */
  remaining(expiresAt: number, now: number, stepSeconds = 1): RemainingFound | Refused {
    return this.#expiry.remaining(expiresAt, now, stepSeconds);
  }

  /** Whether a session may start, and what it may do. */
  planSession(facts: StartFacts, now: number): SessionPlan | Refused {
    return this.#start.planSession(facts, now);
  }

  /**
   * The status of a grant at `now`, its clocks looked at.
   * @param until pendingUntil or grantedUntil, as the stored status has it
   */
  grantStatus(stored: GrantStatus, until: number, now: number): GrantStatus {
    return this.#start.grantStatus(stored, until, now);
  }

  /** Trims and checks an agent's reason. */
  checkReason(text: string): { readonly ok: true; readonly reason: string } | Refused {
    return this.#start.checkReason(text);
  }

  /** What built-in roles permit, as bits for `planSession`; `permissionNames` spells them out. */
  permissionsOf(roles: readonly string[]): number {
    return this.#start.permissionsOf(roles);
  }

  /** Whether an HTTP method writes (RFC 9110 section 9.2.1). */
  isWrite(method: string): boolean {
    return this.#start.isWrite(method);
  }

  /** Narrows scopes: a subset, or an error that names the offenders. */
  narrowScopes(narrowing: Narrowing): { readonly ok: true; readonly scopes: string } | Refused {
    return this.#scopes.narrow(narrowing);
  }

  /** Whether every scope of `mine` is in `theirs`; both separated by spaces. */
  isScopeSubset(mine: string, theirs: string): boolean {
    return this.#scopes.isSubset(mine, theirs);
  }
}

let core: Core | undefined;

/** Loads the core, once. Where it fails (offline, say), the next call tries again. */
export async function loadCore(): Promise<Core> {
  const module = await loadModule();
  core ??= new Core(module);
  return core;
}
