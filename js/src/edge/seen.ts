import type { Session, TokenCalls } from "../core/token.js";

/** A token whose signature held, with the core's handle for its claims. */
export interface SeenToken {
  readonly handle: number;
  readonly session: Session;
  /** Milliseconds. */
  readonly metAt: number;
}

/**
 * Tokens whose signature was checked before, known by their whole text. Only the signature is
 * remembered: time, revocation and scopes are looked at on every use. Bounded: when the younger half
 * is full the older one goes, so what is in use stays.
 */
export class SeenTokens {
  readonly #tokens: TokenCalls;
  readonly #half: number;
  #young = new Map<string, SeenToken>();
  #old = new Map<string, SeenToken>();

  constructor(tokens: TokenCalls, limit: number) {
    this.#tokens = tokens;
    this.#half = Math.max(1, Math.ceil(limit / 2));
  }

  find(token: string): SeenToken | undefined {
    const young = this.#young.get(token);
    if (young !== undefined) return young;
    const old = this.#old.get(token);
    if (old === undefined) return undefined;
    this.#old.delete(token);
    this.#keep(token, old);
    return old;
  }

  add(token: string, seen: SeenToken): void {
    const before = this.find(token);
    if (before !== undefined) this.#tokens.freeSession(before.handle);
    this.#young.delete(token);
    this.#keep(token, seen);
  }

  /** Forgets a token, for example one that has expired. */
  drop(token: string): void {
    const seen = this.find(token);
    if (seen === undefined) return;
    this.#young.delete(token);
    this.#tokens.freeSession(seen.handle);
  }

  /** Forgets all: the keys have changed. */
  clear(): void {
    for (const half of [this.#young, this.#old]) {
      for (const seen of half.values()) this.#tokens.freeSession(seen.handle);
    }
    this.#young = new Map();
    this.#old = new Map();
  }

  #keep(token: string, seen: SeenToken): void {
    if (this.#young.size >= this.#half) {
      for (const each of this.#old.values()) this.#tokens.freeSession(each.handle);
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(token, seen);
  }
}
