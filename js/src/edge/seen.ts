import type { Session, TokenCalls } from "../core/token.js";
import { Recent } from "./recent.js";

/** A token whose signature held, with the core's handle for its claims. */
export interface SeenToken {
  readonly handle: number;
  readonly session: Session;
  /** Milliseconds. */
  readonly metAt: number;
}

/** Of so many of the tokens in use the claims are at hand as well; they take three times as much as the text. */
const maxAtHand = 512;

/**
 * Tokens whose signature was checked before, known by their whole text. Only the signature is
 * remembered: time, revocation and scopes are looked at on every use. Those that were not used for a
 * while are kept as texts alone, whose claims are read again when they come back.
 */
export class SeenTokens {
  /** When each was first seen, in milliseconds. */
  readonly #texts: Recent<number>;
  readonly #claims: Recent<SeenToken>;
  /** What was found last: a guard asks twice for each request, and comparing long texts takes most of that. */
  #lastText: string | undefined;
  #last: SeenToken | undefined;

  constructor(tokens: TokenCalls, limit: number) {
    this.#texts = new Recent(limit, () => {});
    this.#claims = new Recent(Math.min(limit, maxAtHand), ({ handle }) => {
      this.#last = undefined;
      tokens.freeSession(handle);
    });
  }

  find(token: string): SeenToken | undefined {
    // By what was found, never by a text alone: who has no token asks for undefined.
    if (this.#last === undefined || token !== this.#lastText) {
      this.#last = this.#claims.get(token);
      this.#lastText = token;
    }
    return this.#last;
  }

  /** When a token was first seen whose signature held; undefined where nothing is known of it. */
  metAt(token: string): number | undefined {
    return this.#texts.get(token);
  }

  add(token: string, seen: SeenToken): void {
    // A copy: a part of another text would keep all of that in memory.
    const text = atob(btoa(token));
    this.#texts.set(text, seen.metAt);
    this.#claims.set(text, seen);
  }

  /** Forgets a token, for example one that has expired. */
  drop(token: string): void {
    this.#texts.drop(token);
    this.#claims.drop(token);
  }

  /** Forgets all: the keys have changed. */
  clear(): void {
    this.#texts.clear();
    this.#claims.clear();
  }
}
