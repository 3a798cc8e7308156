import type { CoreError } from "../core/error.js";
import type { Session, TokenCalls } from "../core/token.js";
import { boundedBytes, type Fetch, fetchWithin, SingleFlight } from "./fetching.js";
import type { KeySource } from "./keys.js";
import type { PushSource, RevocationFeed } from "./push.js";
import { readStatusList, type StatusList } from "./status-list.js";

export interface RevocationOptions {
  /** How old a list may be before it is asked for again; 0 asks, with its ETag, on every use. Default 1. */
  readonly maxAgeSeconds?: number;
  /** How old it may get while asking fails; beyond that every token is refused. Default 30. */
  readonly maxStaleSeconds?: number;
  /** Whether a token without a status reference is refused. Default true. */
  readonly required?: boolean;
  /** Where to fetch a list instead, for an edge that reaches the server by another address. */
  readonly locate?: (uri: string) => string;
  /**
   * `revocationEvents({ url })`: the server tells revocations as they happen, for runtimes that can
   * hold a connection. While the stream is heard, lists are asked for only as often as
   * `maxStaleSeconds` needs; whenever it is not, as often as `maxAgeSeconds` says.
   */
  readonly push?: PushSource;
}

interface KnownList extends StatusList {
  readonly etag: string | null;
  readonly keys: number;
  fetchedAt: number;
  /** When somebody last began to ask for a newer one. */
  askedAt: number;
}

const maxLists = 64;
const maxTokenBytes = 8 * 1024 * 1024;
const overlapMs = 1_000;
const validStatus = 0;

const unavailable: CoreError = {
  code: "REVOCATION_UNAVAILABLE",
  message: "whether the session was ended cannot be found out right now; try again shortly",
};
const revoked: CoreError = { code: "TOKEN_REVOKED", message: "the session was ended" };
const noReference: CoreError = {
  code: "TOKEN_CLAIM_INVALID",
  message: "status must name a status list and index",
  reason: "required",
  field: "status",
};

/** Whether sessions were ended, by the status lists that their tokens name. */
export class Revocation {
  readonly #tokens: TokenCalls;
  readonly #verifier: number;
  readonly #keys: KeySource;
  readonly #fetch: Fetch;
  readonly #maxAgeMs: number;
  readonly #maxStaleMs: number;
  readonly #required: boolean;
  readonly #locate: ((uri: string) => string) | undefined;
  readonly #feed: RevocationFeed | null;
  readonly #lists = new Map<string, KnownList>();
  /** Lists that are used and past half of their age. */
  readonly #due = new Set<string>();
  readonly #flights = new Map<string, SingleFlight<boolean>>();

  /** @param verifier a core verifier that accepts the type `statuslist+jwt` alone */
  constructor(
    tokens: TokenCalls,
    verifier: number,
    keys: KeySource,
    fetch: Fetch,
    options: RevocationOptions,
    clock: () => number,
  ) {
    this.#tokens = tokens;
    this.#verifier = verifier;
    this.#keys = keys;
    this.#fetch = fetch;
    this.#maxAgeMs = (options.maxAgeSeconds ?? 1) * 1000;
    this.#maxStaleMs = Math.max(this.#maxAgeMs, (options.maxStaleSeconds ?? 30) * 1000);
    this.#required = options.required !== false;
    this.#locate = options.locate;
    this.#feed = options.push?.(fetch, clock) ?? null;
  }

  /**
   * What a list that is young enough says; undefined where it must be asked for first.
   * @param metAt when the token was first seen: a list from before may not know it yet
   */
  checkNow({ status }: Session, now: number, metAt: number): CoreError | null | undefined {
    if (status === null) return this.#required ? noReference : null;
    const { uri, index } = status;
    if (this.#feed?.ended(uri, index) === true) return revoked;
    const known = this.#lists.get(uri);
    if (known === undefined || !this.#young(uri, known, now)) return undefined;
    const error = this.#statusIn(known, index);
    return error !== null && known.fetchedAt < metAt ? undefined : error;
  }

  /** Whether the session was ended. @returns null where it lives */
  async check(session: Session, now: number, metAt: number): Promise<CoreError | null> {
    const answer = this.checkNow(session, now, metAt);
    if (answer !== undefined) return answer;
    const { uri, index } = session.status as NonNullable<Session["status"]>;
    // With an age of 0 an answer that was under way before this request came would be too old.
    const refresh = (): Promise<boolean> => this.#refresh(uri, now);
    const fresh = await (this.#maxAgeMs <= 0 ? refresh() : this.#flight(uri).run(refresh));
    if (this.#feed?.ended(uri, index) === true) return revoked;
    const known = this.#lists.get(uri);
    if (known === undefined || now >= known.expiresAt) return unavailable;
    if (!fresh && !this.#usable(known, now, this.#maxStaleMs)) return unavailable;
    const error = this.#statusIn(known, index);
    return error !== null && known.fetchedAt < metAt ? unavailable : error;
  }

  /** What is to be done beside the requests: asking for lists before they are too old, holding the stream. */
  upkeep(now: number): Promise<unknown> | undefined {
    const wanted = this.#feed?.wanted(now) === true;
    if (!wanted && this.#due.size === 0) return undefined;
    const work: unknown[] = wanted ? [this.#feed?.hold()] : [];
    for (const uri of this.#due) work.push(this.#flight(uri).run(() => this.#refresh(uri, now)));
    this.#due.clear();
    return Promise.all(work);
  }

  #flight(uri: string): SingleFlight<boolean> {
    let flight = this.#flights.get(uri);
    if (flight === undefined) {
      flight = new SingleFlight();
      this.#flights.set(uri, flight);
    }
    return flight;
  }

  /** Whether a list may be used without asking; past half of that age somebody asks all the same. */
  #young(uri: string, known: KnownList, now: number): boolean {
    let maxAgeMs = this.#maxAgeMs;
    if (this.#feed?.live(now) === true) {
      if (known.fetchedAt <= this.#feed.since) return false;
      maxAgeMs = Math.max(maxAgeMs, this.#maxStaleMs / 2);
    }
    maxAgeMs = Math.min(maxAgeMs, known.maxAgeMs);
    if (maxAgeMs <= 0 || !this.#usable(known, now, maxAgeMs)) return false;
    if ((now - known.fetchedAt) * 2 > maxAgeMs && (now - known.askedAt) * 2 > maxAgeMs) this.#due.add(uri);
    return true;
  }

  /**
   * Requests overlap, so a list may have been fetched a moment after this one's `now`; a clock that was
   * set back makes it too old rather than young for ever.
   */
  #usable(known: KnownList, now: number, maxAgeMs: number): boolean {
    const age = now - known.fetchedAt;
    const complete = this.#feed === null || known.fetchedAt > this.#feed.lostAt;
    return complete && now < known.expiresAt && age <= maxAgeMs && age >= -overlapMs;
  }

  #statusIn(known: KnownList, index: number): CoreError | null {
    return this.#tokens.listStatus(known.list, index) === validStatus ? null : revoked;
  }

  /** @returns whether the server has just said what the list is, or that it has not changed */
  async #refresh(uri: string, now: number): Promise<boolean> {
    const known = this.#lists.get(uri);
    if (known !== undefined) known.askedAt = now;
    try {
      const keys = await this.#keys.ready(now);
      if (keys === null) return false;
      const headers: Record<string, string> = { Accept: "application/statuslist+jwt" };
      // A list that other keys signed is read anew.
      if (known?.etag != null && known.keys === keys.handle) headers["If-None-Match"] = known.etag;
      const response = await fetchWithin(this.#fetch, this.#locate?.(uri) ?? uri, { headers });
      if (response.status === 304 && known !== undefined && "If-None-Match" in headers) {
        known.fetchedAt = Math.max(known.fetchedAt, now);
        return true;
      }
      if (response.status !== 200 || response.body === null) return false;
      const token = await boundedBytes(response.body, maxTokenBytes);
      const list = await readStatusList(this.#tokens, this.#verifier, keys, uri, token, now);
      if (list === null) return false;
      const etag = response.headers.get("ETag");
      return this.#keep(uri, { ...list, etag, keys: keys.handle, fetchedAt: now, askedAt: now });
    } catch {
      return false; // the list that is there is as old as it is; `check` decides whether that will do
    }
  }

  /** @returns false for a list that is older than the one we have: it could bring a session back */
  #keep(uri: string, list: KnownList): boolean {
    const before = this.#lists.get(uri);
    // Within one second of signing, the answer to the later request is the newer list.
    const older =
      before !== undefined &&
      (before.issuedAt > list.issuedAt || (before.issuedAt === list.issuedAt && before.fetchedAt > list.fetchedAt));
    if (older) {
      this.#tokens.freeList(list.list);
      return false;
    }
    if (before !== undefined) this.#tokens.freeList(before.list);
    this.#lists.delete(uri);
    this.#lists.set(uri, list);
    this.#feed?.confirmed(uri, (index) => this.#tokens.listStatus(list.list, index) > validStatus);
    const [oldest] = this.#lists;
    if (this.#lists.size > maxLists && oldest !== undefined) {
      this.#tokens.freeList(oldest[1].list);
      this.#lists.delete(oldest[0]);
      this.#flights.delete(oldest[0]);
    }
    return true;
  }
}
