import type { CoreError, Refused } from "../core/error.js";
import type { TokenCalls } from "../core/token.js";
import { boundedText, type Fetch, fetchTimeoutMs, fetchWithin, SingleFlight } from "./fetching.js";
import { type SignatureCheck, signatureCheck } from "./signature.js";

/** A JSON Web Key Set (RFC 7517). */
export interface JsonWebKeySet {
  readonly keys: readonly object[];
}

/** A key set that the core has checked. */
export interface LoadedKeys {
  readonly handle: number;
  readonly signatureHolds: SignatureCheck;
  /** Whether the core still has it under that handle. */
  alive: boolean;
}

const maxKeySetBytes = 256 * 1024;
/** How long a fetched set is used without asking again, and how long while asking fails. */
const freshMs = 60_000;
const staleMs = 3_600_000;
/** How often tokens with an unknown `kid` may make us ask, and how often we try where asking has failed. */
const intervalMs = 30_000;
const retryMs = 1_000;

/** A JWKS that cannot be used, at set-up. */
export class HallpassConfigurationError extends Error {
  declare readonly code: CoreError["code"];
  declare readonly field: string | undefined;
  constructor(error: CoreError) {
    super(error.field === undefined ? error.message : `${error.field}: ${error.message}`);
    this.name = "HallpassConfigurationError";
    this.code = error.code;
    this.field = error.field;
  }
}

/** Where a verifier's keys come from. */
export interface KeySource {
  /** The keys to use now, where no waiting is needed. */
  current(now: number): LoadedKeys | null;
  /** Fetches the keys if they are old or missing. @returns null where there are none to use */
  ready(now: number): Promise<LoadedKeys | null>;
  /** Asks again, since a `kid` is unknown, unless that was done lately. @returns null where nobody can say if it is a key */
  refresh(now: number): Promise<LoadedKeys | null>;
}

function loadKeys(tokens: TokenCalls, jwks: string): LoadedKeys | Refused {
  const loaded = tokens.newKeys(jwks);
  if ("ok" in loaded) return loaded;
  return { handle: loaded.handle, signatureHolds: signatureCheck(loaded.keys), alive: true };
}

/** Keys given at set-up. */
export function fixedKeys(tokens: TokenCalls, jwks: JsonWebKeySet): KeySource {
  const keys = loadKeys(tokens, JSON.stringify(jwks) ?? "");
  if ("ok" in keys) throw new HallpassConfigurationError(keys.error);
  const ready = async (): Promise<LoadedKeys> => keys;
  return { current: () => keys, ready, refresh: ready };
}

/** Keys at a URL: fetched when first needed, kept, and asked for again when a `kid` is unknown. */
export class RemoteKeys implements KeySource {
  readonly #tokens: TokenCalls;
  readonly #url: string;
  readonly #fetch: Fetch;
  readonly #onChange: () => void;
  readonly #flight = new SingleFlight<void>();
  #keys: LoadedKeys | null = null;
  #before: LoadedKeys | null = null;
  #text: string | undefined;
  #fetchedAt = -Infinity;
  #askedAt = -Infinity;
  #failedAt = -Infinity;

  /** @param onChange called when other keys have come, so that what the old ones signed is forgotten */
  constructor(tokens: TokenCalls, url: string, fetch: Fetch, onChange: () => void) {
    this.#tokens = tokens;
    this.#url = url;
    this.#fetch = fetch;
    this.#onChange = onChange;
  }

  current(now: number): LoadedKeys | null {
    return this.#age(now) <= freshMs ? this.#keys : null;
  }

  async ready(now: number): Promise<LoadedKeys | null> {
    const age = this.#age(now);
    // Without keys everybody asks, unless asking has just failed; with old ones somebody does.
    if (age > staleMs) await this.#ask(now, this.#failedAt, retryMs);
    else if (age > freshMs) await this.#ask(now, this.#askedAt, intervalMs);
    return this.#age(now) <= staleMs ? this.#keys : null;
  }

  async refresh(now: number): Promise<LoadedKeys | null> {
    const asked = this.#askedAt;
    // Another request that asks may have been ended: it is waited for as long as it could have taken.
    const pauseMs = asked === this.#fetchedAt ? intervalMs : asked === this.#failedAt ? retryMs : fetchTimeoutMs;
    await this.#ask(now, asked, pauseMs);
    return this.#askedAt === this.#fetchedAt ? this.#keys : null;
  }

  /** A clock that was set back makes keys old rather than young for ever. */
  #age(now: number): number {
    const age = now - this.#fetchedAt;
    return age >= 0 ? age : Infinity;
  }

  /** What is under way may be waited for; nobody is asked again so soon after `before`. */
  async #ask(now: number, before: number, pauseMs: number): Promise<void> {
    if (!this.#flight.underWay) {
      if (Math.abs(now - before) < pauseMs) return;
      this.#askedAt = now;
    }
    await this.#flight.run(async () => {
      try {
        const response = await fetchWithin(this.#fetch, this.#url);
        if (response.status === 200 && this.#adopt(await boundedText(response, maxKeySetBytes), now)) return;
      } catch {
        // What is left is as old as it is; `ready` decides whether that will do.
      }
      this.#failedAt = now;
    });
  }

  /** @returns whether these are keys that can be used */
  #adopt(text: string, now: number): boolean {
    if (text !== this.#text) {
      let loaded = loadKeys(this.#tokens, text);
      if ("ok" in loaded) {
        // Keys that cannot be used must not keep those in use that the set lacks.
        const { keys } = JSON.parse(text) as JsonWebKeySet;
        const usable = keys.filter((key) => {
          const alone = this.#tokens.newKeys(JSON.stringify({ keys: [key] }));
          if ("handle" in alone) this.#tokens.freeKeys(alone.handle);
          return "handle" in alone;
        });
        loaded = loadKeys(this.#tokens, JSON.stringify({ keys: usable }));
        if ("ok" in loaded) return false;
      }
      // A token may still be waiting for its signature check with the set before this one.
      if (this.#before !== null) {
        this.#before.alive = false;
        this.#tokens.freeKeys(this.#before.handle);
      }
      this.#before = this.#keys;
      this.#keys = loaded;
      this.#text = text;
      this.#onChange();
    }
    this.#fetchedAt = now;
    return true;
  }
}
