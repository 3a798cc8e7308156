import { SseParser } from "../client/sse.js";
import type { Fetch } from "./fetching.js";

export interface PushOptions {
  /** The server's stream of revocations: `https://…/api/v1/token-status/events`. */
  readonly url: string;
  /** Ends the stream; from then on lists are polled alone. */
  readonly signal?: AbortSignal;
  /** From 0 up to 1, to spread reconnections. Default `Math.random`. */
  readonly random?: () => number;
}

/** Two missed heartbeats and a bit: the server sends one every 2 s. */
const silenceMs = 5_000;
const firstPauseMs = 250;
const lastPauseMs = 30_000;
/** Clocks of requests that overlap differ by as much. */
const overlapMs = 1_000;
/** Revocations that no list has confirmed yet, and the text that may come before a message is whole. */
const maxEnded = 4_096;
const maxMessageLength = 262_144;

interface Message {
  readonly resumed?: unknown;
  readonly tokens?: readonly { readonly uri?: unknown; readonly idx?: unknown }[];
}

/**
 * Revocations as the server tells them (docs/protocol.md). The stream only ever takes away: what it
 * names is over at once, and while it is heard lists are fetched less often. State is plain data, so
 * that where a runtime ends the request that held the stream, a later one takes it up.
 */
export class RevocationFeed {
  /** Milliseconds; lists that were asked for before may lack something, and are asked for anew. */
  since = -Infinity;
  /** As `since`, but what was told has been forgotten as well: such lists are not used at all. */
  lostAt = -Infinity;
  readonly #options: PushOptions;
  readonly #fetch: Fetch;
  readonly #now: () => number;
  /** What was told, by index and list. */
  readonly #ended = new Set<string>();
  #lastEventId = "";
  #ready = false;
  #holder = 0;
  #heardAt = -Infinity;
  /** When whoever holds the stream last did something, and how long that may take. */
  #activeAt = -Infinity;
  #patienceMs = 0;

  constructor(options: PushOptions, fetch: Fetch, now: () => number) {
    this.#options = options;
    this.#fetch = fetch;
    this.#now = now;
  }

  /** Whether all that happens is told: the stream is open, up to date and was heard lately. */
  live(now: number): boolean {
    return this.#ready && within(now - this.#heardAt, silenceMs);
  }
  /** Whether nobody holds the stream. */
  wanted(now: number): boolean {
    return this.#options.signal?.aborted !== true && !within(now - this.#activeAt, this.#patienceMs);
  }
  ended(uri: string, index: number): boolean {
    return this.#ended.size > 0 && this.#ended.has(`${index} ${uri}`);
  }
  /** A new list of that address says itself which entries are over; what it does not know yet is kept. */
  confirmed(uri: string, isOver: (index: number) => boolean): void {
    for (const key of this.#ended) {
      const [index, ...rest] = key.split(" ");
      if (rest.join(" ") === uri && isOver(Number(index))) this.#ended.delete(key);
    }
  }

  /** Reads the stream, again and again, until it is ended or another request holds it. Never rejects. */
  async hold(): Promise<void> {
    const { signal, random = Math.random } = this.#options;
    const holder = ++this.#holder;
    let pauseMs = firstPauseMs;
    while (holder === this.#holder && signal?.aborted !== true) {
      this.#ready = false;
      if (await this.#read(holder)) pauseMs = firstPauseMs;
      if (holder !== this.#holder) return;
      this.#ready = false;
      // Jitter, so that a server that restarts is not met by every edge at once.
      const jittered = pauseMs * (0.5 + random() / 2);
      this.#active(jittered);
      await pause(jittered, signal);
      pauseMs = Math.min(pauseMs * 2, lastPauseMs);
    }
  }

  #active(forMs: number): void {
    this.#activeAt = this.#now();
    this.#patienceMs = forMs + silenceMs;
  }

  /** One connection. @returns whether it was up to date for a while */
  async #read(holder: number): Promise<boolean> {
    const attempt = new AbortController();
    const stop = (): void => attempt.abort();
    const { signal, url } = this.#options;
    signal?.addEventListener("abort", stop);
    let silence = setTimeout(stop, silenceMs);
    this.#active(0);
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (this.#lastEventId !== "") headers["Last-Event-ID"] = this.#lastEventId;
      const { status, body } = await this.#fetch(url, { headers, redirect: "manual", signal: attempt.signal });
      if (status !== 200 || body === null) return false;
      const reader = body.getReader();
      const decoder = new TextDecoder();
      const parser = new SseParser();
      for (let length = 0; length <= maxMessageLength; ) {
        const { done, value } = await reader.read();
        if (done || holder !== this.#holder) break;
        clearTimeout(silence);
        silence = setTimeout(stop, silenceMs);
        this.#active(0);
        this.#heardAt = this.#activeAt;
        length += value.length;
        for (const { event, data } of parser.push(decoder.decode(value, { stream: true }))) {
          length = 0;
          this.#tell(event, JSON.parse(data) as Message);
        }
        this.#lastEventId = parser.lastEventId;
      }
    } catch {
      // Whatever way a connection fails, the answer is another one; lists are polled meanwhile.
    } finally {
      clearTimeout(silence);
      signal?.removeEventListener("abort", stop);
      stop();
    }
    return holder === this.#holder && this.#ready;
  }

  #tell(event: string, { resumed, tokens = [] }: Message): void {
    const now = this.#now();
    if (event === "reset" || (event === "ready" && resumed !== true)) this.since = now;
    if (event === "ready") this.#ready = true;
    if (event !== "revoked") return;
    for (const { uri, idx } of tokens) {
      if (this.#ended.size >= maxEnded) {
        this.#ended.clear();
        this.since = this.lostAt = now;
      }
      this.#ended.add(`${String(idx)} ${String(uri)}`);
    }
  }
}

/** Gives a verifier its stream, by the verifier's own `fetch` and clock. */
export type PushSource = (fetch: Fetch, now: () => number) => RevocationFeed;

/**
 * The server's stream of revocations, for `revocation.push`. A function of its own, so that workers
 * which only poll do not carry it.
 * @example
 * const push = revocationEvents({ url: "https://api.example.com/api/v1/token-status/events" });
 * const verify = await createVerifier({ issuer, audience, keys, revocation: { push } });
 */
export function revocationEvents(options: PushOptions): PushSource {
  return (fetch, now) => new RevocationFeed(options, fetch, now);
}

function within(age: number, maxAgeMs: number): boolean {
  return age <= maxAgeMs && age >= -overlapMs;
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
  });
}
