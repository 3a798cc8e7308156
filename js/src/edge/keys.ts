import type { CoreError } from "../core/error.js";
import type { TokenCalls } from "../core/token.js";
import { boundedText, type Fetch, SingleFlight } from "./fetching.js";
import { SignatureChecker } from "./signature.js";

/** A JSON Web Key Set (RFC 7517). */
export interface JsonWebKeySet {
  readonly keys: readonly object[];
}

/** A key set that the core has checked. */
export interface LoadedKeys {
  readonly handle: number;
  readonly signatures: SignatureChecker;
  /** Whether the core still has it under that handle. */
  alive: boolean;
}

const maxKeySetBytes = 256 * 1024;
const fetchTimeoutMs = 5_000;
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

/** Keys given at set-up. */
export class FixedKeys implements KeySource {
  readonly #keys: LoadedKeys;

  constructor(tokens: TokenCalls, jwks: JsonWebKeySet) {
    const loaded = tokens.newKeys(JSON.stringify(jwks) ?? "");
    if ("ok" in loaded) throw new HallpassConfigurationError(loaded.error);
    this.#keys = { handle: loaded.handle, signatures: new SignatureChecker(loaded.keys), alive: true };
  }
  current(): LoadedKeys {
    return this.#keys;
  }
  async ready(): Promise<LoadedKeys> {
    return this.#keys;
  }
  async refresh(): Promise<LoadedKeys> {
    return this.#keys;
  }
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
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;

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
    return age >= 0 ? age : Number.POSITIVE_INFINITY;
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
        const response = await this.#fetch(this.#url, {
          headers: { Accept: "application/jwk-set+json, application/json" },
          redirect: "manual",
          signal: AbortSignal.timeout(fetchTimeoutMs),
        });
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
      const loaded = this.#tokens.newKeys(text);
      if ("ok" in loaded) return false;
      // A token may still be waiting for its signature check with the set before this one.
      if (this.#before !== null) {
        this.#before.alive = false;
        this.#tokens.freeKeys(this.#before.handle);
      }
      this.#before = this.#keys;
      this.#keys = { handle: loaded.handle, signatures: new SignatureChecker(loaded.keys), alive: true };
      this.#text = text;
      this.#onChange();
    }
    this.#fetchedAt = now;
    return true;
  }
}
