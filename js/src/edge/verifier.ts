import { type CoreError, type Refused, refused, wrongType } from "../core/error.js";
import { loadModule } from "../core/module.js";
import { type PendingToken, type Session, TokenCalls } from "../core/token.js";
import { tokenMaxBytes } from "../generated/constants.js";
import { defaultFetch, type Fetch, mayShare } from "./fetching.js";
import {
  fixedKeys,
  HallpassConfigurationError,
  type JsonWebKeySet,
  type KeySource,
  type LoadedKeys,
  RemoteKeys,
} from "./keys.js";
import { Revocation, type RevocationOptions } from "./revocation.js";
import { type SeenToken, SeenTokens } from "./seen.js";

export interface VerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  /** A JWKS, or the http(s) URL of one. */
  readonly keys: JsonWebKeySet | string | URL;
  /** Accepted values of the header's `typ`; "" stands for a token without one. Default `at+jwt`. */
  readonly types?: readonly string[];
  /** Leeway for clocks, 0 to 60. Default 0. */
  readonly clockSkewSeconds?: number;
  /** Without it, tokens are not looked up in their status lists. */
  readonly revocation?: RevocationOptions | undefined;
  /** How many tokens with a signature that held are remembered. Default 10,000; 0 remembers none. */
  readonly cacheSize?: number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** How keys and status lists are fetched. */
  readonly fetch?: Fetch;
}

export interface VerifyOptions {
  /** Milliseconds since the epoch, instead of the verifier's clock. */
  readonly now?: number | undefined;
  /** Scopes that the session must carry. */
  readonly requiredScopes?: readonly string[] | string | undefined;
}

export interface Verified {
  readonly ok: true;
  readonly session: Session;
}
export type VerifyResult = Verified | Refused;

/** Verifies act-as tokens. Never throws: whatever is wrong comes back as an error. */
export interface Verifier {
  (token: string, options?: VerifyOptions): Promise<VerifyResult>;
  /** The same at once, for a token that was seen before; undefined where waiting is needed. */
  seen(token: string, options?: VerifyOptions): VerifyResult | undefined;
  /**
   * What is to be done beside requests: asking for status lists before they are too old, and holding
   * the stream of revocations. A runtime that ends a request's work with its answer is to be given
   * this with each request: `waitUntil(verify.upkeep())`; `createGuard` does so, and elsewhere it
   * happens by itself. undefined where there is nothing to do; never rejects.
   */
  upkeep(): Promise<unknown> | undefined;
}

const defaultCacheSize = 10_000;

const keysUnavailable: CoreError = {
  code: "KEYS_UNAVAILABLE",
  message: "the verification keys cannot be fetched right now; try again shortly",
};
const internal: CoreError = { code: "INTERNAL_ERROR", message: "the token could not be checked" };

/** What a call asks for, checked. */
interface Asked {
  /** When it came, by the verifier's clock. Asking that costs workerd a good part of a known token's check. */
  readonly at: number;
  readonly now: number;
  readonly scopes: string;
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

export function misconfigured(option: string, expected: string): HallpassConfigurationError {
  return new HallpassConfigurationError(wrongType(option, expected).error);
}

class TokenVerifier {
  readonly #tokens: TokenCalls;
  readonly #verifier: number;
  readonly #keys: KeySource;
  readonly #revocation: Revocation | null;
  readonly #seen: SeenTokens | null;
  readonly #clock: () => number;

  constructor(tokens: TokenCalls, options: VerifierOptions) {
    const { issuer, audience, types = ["at+jwt"], clockSkewSeconds = 0, cacheSize = defaultCacheSize, fetch = defaultFetch } =
      options;
    if (!areTexts(types) || types.length === 0) throw misconfigured("types", "an array of texts");
    this.#tokens = tokens;
    this.#clock = options.now ?? Date.now;
    this.#verifier = this.#newVerifier(issuer, audience, types, clockSkewSeconds);
    this.#seen = cacheSize > 0 ? new SeenTokens(tokens, cacheSize) : null;
    this.#keys = this.#keySource(options.keys, fetch);
    this.#revocation =
      options.revocation === undefined
        ? null
        : new Revocation(
            tokens,
            this.#newVerifier(issuer, audience, ["statuslist+jwt"], clockSkewSeconds),
            this.#keys,
            fetch,
            options.revocation,
            this.#clock,
          );
  }

  #newVerifier(issuer: unknown, audience: unknown, types: readonly string[], skew: unknown): number {
    if (typeof issuer !== "string") throw misconfigured("issuer", "a text");
    if (typeof audience !== "string") throw misconfigured("audience", "a text");
    const handle = this.#tokens.newVerifier(issuer, audience, types, typeof skew === "number" ? skew : NaN);
    if (handle < 0) throw new HallpassConfigurationError(this.#tokens.refusal());
    return handle;
  }

  #keySource(keys: VerifierOptions["keys"], fetch: Fetch): KeySource {
    if (keys !== null && typeof keys === "object" && "keys" in keys) return fixedKeys(this.#tokens, keys);
    const url = String(keys);
    if (!/^https?:\/\//i.test(url)) {
      throw misconfigured("keys", "a JWKS or the http(s) URL of one");
    }
    return new RemoteKeys(this.#tokens, url, fetch, () => this.#seen?.clear());
  }

  /** @throws nothing; @returns a refusal where the options make no sense */
  #asked(options: VerifyOptions = {}): Asked | Refused {
    const at = this.#clock();
    if (typeof options !== "object" || options === null) return wrongType("options", "an object");
    const { now = at } = options;
    if (!Number.isFinite(now)) return wrongType("now", "milliseconds since the epoch");
    const required = options.requiredScopes ?? "";
    if (typeof required === "string") return { at, now, scopes: required };
    if (!areTexts(required)) return wrongType("requiredScopes", "an array of scopes");
    return { at, now, scopes: required.join(" ") };
  }

  seen(token: string, options: VerifyOptions | undefined): VerifyResult | undefined {
    try {
      const asked = this.#asked(options);
      return "ok" in asked ? asked : this.#atOnce(token, asked);
    } catch {
      return refused(internal);
    }
  }

  #atOnce(token: string, asked: Asked): VerifyResult | undefined {
    // Keys that are too old may no longer hold: then everything is looked at anew.
    const keys = this.#keys.current(asked.at);
    const seen = keys === null ? undefined : this.#known(token, keys, asked);
    if (seen === undefined) return undefined;
    const revoked = this.#revocation === null ? null : this.#revocation.checkNow(seen.session, asked.at, seen.metAt);
    if (revoked === undefined) return undefined;
    return this.#answer(seen.session, this.#checkAgain(token, seen.handle, asked), revoked);
  }

  /**
   * A token whose signature held with these very keys: other ones clear what was seen. Where only its
   * text is left, its claims are read again; whatever is wrong with them, it is a new token then.
   */
  #known(token: string, keys: LoadedKeys, { now }: Asked): SeenToken | undefined {
    const seen = this.#seen?.find(token);
    if (seen !== undefined || this.#seen === null) return seen;
    const metAt = this.#seen.metAt(token);
    if (metAt === undefined) return undefined;
    const pending = this.#tokens.parse(this.#verifier, keys.handle, token);
    const accepted = "ok" in pending ? pending : this.#tokens.accept(pending, keys.handle, this.#verifier, true, now);
    if ("ok" in accepted) {
      this.#seen.drop(token);
      return undefined;
    }
    const again = { handle: accepted.handle, session: accepted.session, metAt };
    this.#seen.add(token, again);
    return again;
  }

  /** The first of: time, revocation, scopes. */
  #answer(session: Session, error: CoreError | null, revoked: CoreError | null): VerifyResult {
    const first = error === null || error.code === "INSUFFICIENT_SCOPE" ? (revoked ?? error) : error;
    return first === null ? { ok: true, session } : refused(first);
  }

  #checkAgain(token: string, handle: number, { now, scopes }: Asked): CoreError | null {
    const error = this.#tokens.checkAgain(handle, now, scopes);
    if (error?.code === "TOKEN_EXPIRED") this.#seen?.drop(token);
    return error;
  }

  /** One function for the whole way, which waits for nothing that is at hand: each promise counts. Never rejects. */
  async verify(token: string, options: VerifyOptions | undefined): Promise<VerifyResult> {
    try {
      const asked = this.#asked(options);
      if ("ok" in asked) return asked;
      const atOnce = this.#atOnce(token, asked);
      if (atOnce !== undefined) return atOnce;
      if (typeof token !== "string") {
        return refused({ code: "TOKEN_MALFORMED", message: "the token must be a text", reason: "wrong_type" });
      }
      let keys = this.#keys.current(asked.at) ?? (await this.#keys.ready(asked.at));
      if (keys === null) return refused(keysUnavailable);
      let seen = this.#known(token, keys, asked);
      let error: CoreError | null;
      if (seen !== undefined) {
        error = this.#checkAgain(token, seen.handle, asked);
      } else {
        let pending = this.#parse(token, keys);
        if ("ok" in pending && pending.error.reason === "unknown_key") {
          keys = await this.#keys.refresh(this.#clock());
          if (keys === null) return refused(keysUnavailable);
          pending = this.#parse(token, keys);
        }
        if ("ok" in pending) return pending;
        let holds = false;
        try {
          holds = await keys.signatureHolds(pending.keyIndex, pending.signature, pending.signingInput);
        } catch {
          // What WebCrypto rejects does not hold.
        }
        // The number of a released key set may belong to another one by now.
        if (!keys.alive) return refused(keysUnavailable);
        const accepted = this.#tokens.accept(pending, keys.handle, this.#verifier, holds, asked.now);
        if ("ok" in accepted) return accepted;
        seen = { handle: accepted.handle, session: accepted.session, metAt: asked.at }; // spreading takes V8 2 µs
        error = this.#tokens.checkAgain(seen.handle, asked.now, asked.scopes);
        // Keys may have changed while the signature was checked; then nothing is remembered.
        if (this.#seen !== null && this.#keys.current(this.#clock()) === keys) this.#seen.add(token, seen);
        else this.#tokens.freeSession(seen.handle);
      }
      const { session, metAt } = seen;
      const goesOn = error === null || error.code === "INSUFFICIENT_SCOPE";
      const revocation = goesOn ? this.#revocation : null;
      return this.#answer(session, error, revocation && (await revocation.check(session, this.#clock(), metAt)));
    } catch {
      return refused(internal);
    }
  }

  #parse(token: string, keys: LoadedKeys): PendingToken | Refused {
    // One character more than allowed is enough for the core to refuse it.
    return this.#tokens.parse(this.#verifier, keys.handle, token.slice(0, tokenMaxBytes + 1));
  }

  upkeep(): Promise<unknown> | undefined {
    return this.#revocation?.upkeep(this.#clock());
  }
}

/**
 * Makes a verifier for the tokens of one issuer and audience.
 * @throws HallpassConfigurationError where the options or the given keys cannot be used
 * @example
 * const verify = await createVerifier({ issuer, audience, keys: "https://api.example.com/.well-known/jwks.json" });
 * const result = await verify(token, { requiredScopes: ["cases:read"] });
 */
export async function createVerifier(options: VerifierOptions): Promise<Verifier> {
  if (typeof options !== "object" || options === null) {
    throw misconfigured("options", "an object");
  }
  const { exports, memory, scopes } = await loadModule();
  const verifier = new TokenVerifier(new TokenCalls(exports, memory, scopes), options);
  const looksAfterItself = mayShare && options.revocation !== undefined;
  const verify = (token: string, asked?: VerifyOptions): Promise<VerifyResult> => {
    const answer = verifier.verify(token, asked);
    if (looksAfterItself) answer.then(() => verifier.upkeep()).catch(() => {});
    return answer;
  };
  return Object.assign(verify, {
    seen: (token: string, asked?: VerifyOptions) => verifier.seen(token, asked),
    upkeep: () => verifier.upkeep(),
  });
}
