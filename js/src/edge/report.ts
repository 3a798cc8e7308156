import { boundedText, defaultFetch, type Fetch, fetchTimeoutMs, fetchWithin } from "./fetching.js";
import { SendQueue } from "./send-queue.js";

export interface ReportOptions {
  /** The companion server's address, for example `https://support.example.com`. */
  readonly url: string;
  /** A service credential; without it, each session's own act-as token is used. */
  readonly credential?: string;
  /**
   * How many events may wait while the server is away; once full, act-as requests are refused. Default
   * 5,000. Whatever is said here, no more than 4 Mi characters wait.
   */
  readonly maxWaiting?: number;
  /** How long an event waits for others to travel with it. Default 100. */
  readonly delayMs?: number;
  readonly fetch?: Fetch;
}

/** One read or write of a session, as the server's audit log takes it. */
export interface AccessEvent {
  readonly id: string;
  readonly at: string;
  readonly method: string;
  readonly resourceType: string;
  readonly resourceId?: string;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
}

/** What one session did, with its newest token. */
interface Waiting {
  token: string;
  readonly events: SendQueue<AccessEvent>;
}

const batchSize = 200;
/** Pauses double from the first one: a server that is back within 25 s misses nothing. */
const attempts = 8;
const firstPauseMs = 200;
/** After its time whoever was sending has been ended by the runtime, and another one carries on. */
const graceMs = 1_000;
/** What may wait in all, tokens included, in UTF-16 units. */
const maxWaitingLength = 4_194_304;
/** Answers of the server's own after which sending the same again is pointless. */
const hopeless = new Set([400, 404, 409, 410, 413, 415, 422]);

const maxProblemBytes = 65_536;

/** The server's bounds on texts: an overlong path must not keep an access off the record. */
const maxTypeLength = 64;
const maxIdLength = 128;
const maxPathLength = 1024;
const maxMethodLength = 32;
const maxDurationMs = 3_600_000;

function cut(text: string, length: number): string {
  const plain = text.replace(/[^ -~]/g, "?").trim().slice(0, length).trim();
  return plain === "" ? "?" : plain;
}

function fitting(event: AccessEvent): AccessEvent {
  return {
    ...event,
    method: cut(event.method, maxMethodLength),
    // A network error that the application passed on has status 0.
    status: event.status >= 100 && event.status <= 599 ? event.status : 502,
    durationMs: Math.min(event.durationMs, maxDurationMs),
    resourceType: cut(event.resourceType, maxTypeLength),
    ...(event.resourceId === undefined ? {} : { resourceId: cut(event.resourceId, maxIdLength) }),
    path: cut(event.path, maxPathLength),
  };
}

interface Answered {
  readonly status: number;
  readonly ours: boolean;
}

/** Whether an answer is a refusal of the server's, by its form (docs/protocol.md). Others are not read. */
async function isProblem(response: Response): Promise<boolean> {
  if (response.headers.get("Content-Type")?.startsWith("application/problem+json") !== true) {
    await response.body?.cancel();
    return false;
  }
  const problem: unknown = JSON.parse(await boundedText(response, maxProblemBytes));
  return typeof (problem as { readonly error?: unknown } | null)?.error === "string";
}

/** About as much as the event takes, in UTF-16 units. */
function lengthOf({ method, resourceType, resourceId = "", path }: AccessEvent): number {
  return 256 + method.length + resourceType.length + resourceId.length + path.length;
}

/**
 * Sends what sessions did to the companion server, in batches, one request's `waitUntil` at a time.
 * State is plain data and events wait until they have arrived, so that any request can carry on what
 * another one left.
 */
export class Reporter {
  readonly #url: string;
  readonly #credential: string | undefined;
  readonly #maxWaiting: number;
  readonly #delayMs: number;
  readonly #fetch: Fetch;
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;
  #length = 0;
  #sender = 0;
  #senderUntil = -Infinity;

  constructor({ url, credential, maxWaiting = 5_000, delayMs = 100, fetch = defaultFetch }: ReportOptions) {
    this.#url = url.replace(/\/+$/, "");
    this.#credential = credential;
    this.#maxWaiting = maxWaiting;
    this.#delayMs = delayMs;
    this.#fetch = fetch;
  }

  /** Whether one more event would find no place: then nothing should happen that must be recorded. */
  get full(): boolean {
    return this.#count >= this.#maxWaiting || this.#length >= maxWaitingLength;
  }

  /** How many events the server does not have yet. */
  get waiting(): number {
    return this.#count;
  }

  add(sessionId: string, token: string, event: AccessEvent): void {
    const fits = fitting(event);
    const waiting = this.#waiting.get(sessionId) ?? { token: "", events: new SendQueue() };
    this.#count++;
    this.#length += lengthOf(fits) + token.length - waiting.token.length;
    waiting.token = token;
    waiting.events.push(fits);
    this.#waiting.set(sessionId, waiting);
  }

  /**
   * Sends all that waits; undefined where somebody is at it already. What cannot be sent goes on
   * waiting, for a later call. Never rejects.
   */
  flush(): Promise<void> | undefined {
    return this.#count === 0 || Date.now() < this.#senderUntil ? undefined : this.#sendUntilEmpty(++this.#sender);
  }

  async #sendUntilEmpty(sender: number): Promise<void> {
    await this.#pause(this.#delayMs);
    for (let failures = 0; this.#count > 0 && sender === this.#sender; ) {
      if (await this.#sendAll(sender)) continue;
      if (++failures === attempts) break;
      await this.#pause(firstPauseMs * 2 ** (failures - 1));
    }
    if (sender === this.#sender) this.#senderUntil = -Infinity;
  }

  #busyFor(milliseconds: number): void {
    this.#senderUntil = Date.now() + milliseconds + graceMs;
  }
  #pause(milliseconds: number): Promise<void> {
    this.#busyFor(milliseconds);
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  /** @returns whether all that was waiting has been settled */
  async #sendAll(sender: number): Promise<boolean> {
    let arrived = true;
    for (const [sessionId, waiting] of this.#waiting) {
      while (waiting.events.length > 0 && sender === this.#sender) {
        const batch = waiting.events.first(batchSize);
        const left = await this.#send(sessionId, waiting.token, batch);
        this.#settle(sessionId, waiting, waiting.events.settle(batch, left));
        if (left.length === 0) continue;
        arrived = false;
        break;
      }
    }
    return arrived;
  }

  #settle(sessionId: string, waiting: Waiting, settled: readonly AccessEvent[]): void {
    this.#count -= settled.length;
    for (const event of settled) this.#length -= lengthOf(event);
    if (waiting.events.length > 0 || this.#waiting.get(sessionId) !== waiting) return;
    this.#length -= waiting.token.length;
    this.#waiting.delete(sessionId);
  }

  /**
   * A refusal of many events is narrowed down to the ones it is about: one event that the server will
   * not have must not take others off the record.
   * @returns what must be sent again; each event has an id, so that one sent twice counts once
   */
  async #send(sessionId: string, token: string, batch: readonly AccessEvent[]): Promise<readonly AccessEvent[]> {
    const { status, ours } = await this.#post(sessionId, token, batch);
    if (status >= 200 && status < 300) return [];
    // Whoever stands before the server may say anything for a while; too much for it is less next time.
    const tooMuch = status === 413 && batch.length > 1;
    if (!tooMuch && !(ours && this.#isHopeless(status))) return batch;
    if (batch.length > 1 && hopeless.has(status)) {
      const middle = Math.ceil(batch.length / 2);
      const left = await this.#send(sessionId, token, batch.slice(0, middle));
      return [...left, ...(await this.#send(sessionId, token, batch.slice(middle)))];
    }
    console.error(`hallpass: the server would not record ${batch.length} events: ${status}`);
    return [];
  }

  /** @returns the answer's status, 0 where there was none, and whether it is the server's own word */
  async #post(sessionId: string, token: string, events: readonly AccessEvent[]): Promise<Answered> {
    this.#busyFor(fetchTimeoutMs);
    try {
      const response = await fetchWithin(
        this.#fetch,
        `${this.#url}/api/v1/support-access/support-sessions/${encodeURIComponent(sessionId)}/audit-logs`,
        {
          method: "POST",
          headers: { Authorization: `Bearer ${this.#credential ?? token}`, "Content-Type": "application/json" },
          body: JSON.stringify({ events }),
        },
      );
      return { status: response.status, ours: await isProblem(response) };
    } catch {
      return { status: 0, ours: false };
    }
  }

  /** A session's own token stops working when the session ends; a service credential does not. */
  #isHopeless(status: number): boolean {
    return hopeless.has(status) || (this.#credential === undefined && (status === 401 || status === 403));
  }
}
