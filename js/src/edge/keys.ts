import type { CoreError, Refused } from "../core/error.js";
import type { TokenCalls } from "../core/token.js";
import { boundedText, type Fetch, fetchWithin, SingleFlight } from "./fetching.js";
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
const freshMs = 300_000;
const staleMs = 3_600_000;
/** How often tokens with an unknown `kid` may make us ask, and how often we try while there are none. */
const intervalMs = 30_000;
const retryMs = 1_000;

/** A JWKS that cannot be used, at set-up. */
export class HallpassConfigurationError extends Error {
  readonly code: CoreError["code"];
  readonly field: string | undefined;
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
  /** Asks again, since a `kid` is unknown, unless that was done lately. */
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
  #text = "";
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
    if (age > staleMs ? this.#apart(now, this.#failedAt, retryMs) : age > freshMs && this.#mayAsk(now)) {
      await this.#ask(now);
    }
    return this.#age(now) <= staleMs ? this.#keys : null;
  }

  async refresh(now: number): Promise<LoadedKeys | null> {
    if (this.#mayAsk(now)) await this.#ask(now);
    return this.#age(now) <= staleMs ? this.#keys : null;
  }

  /** A clock that was set back makes keys old rather than young for ever. */
  #age(now: number): number {
    const age = now - this.#fetchedAt;
    return age >= 0 ? age : Infinity;
  }
  #apart(now: number, before: number, milliseconds: number): boolean {
    return Math.abs(now - before) >= milliseconds;
  }
  /** What is under way may be waited for; it asks nobody again. */
  #mayAsk(now: number): boolean {
    return this.#flight.underWay || this.#apart(now, this.#askedAt, intervalMs);
  }

  #ask(now: number): Promise<void> {
    if (!this.#flight.underWay) this.#askedAt = now;
    return this.#flight.run(async () => {
      try {
        const headers = { Accept: "application/jwk-set+json, application/json" };
        const response = await fetchWithin(this.#fetch, this.#url, { headers });
        if (response.status === 200 && this.#adopt(await boundedText(response, maxKeySetBytes), now)) return;
      } catch {
        // What is left is as old as it is; `ready` decides whether that will do.
      }
      this.#failedAt = now;
    });
  }

  /** @returns whether these are keys that can be used */
  #adopt(text: string, now: number): boolean {
    if (text !== this.#text || this.#keys === null) {
      const loaded = loadKeys(this.#tokens, text);
      if ("ok" in loaded) return false;
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
