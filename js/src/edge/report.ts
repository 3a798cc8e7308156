import { defaultFetch, type Fetch } from "./fetching.js";

export interface ReportOptions {
  /** The companion server's address, for example `https://support.example.com`. */
  readonly url: string;
  /** A service credential; without it, each session's own act-as token is used. */
  readonly credential?: string;
  /** How many events may wait while the server is away; once full, act-as requests are refused. Default 5,000. */
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

interface Waiting {
  readonly event: AccessEvent;
  readonly token: string;
}

const batchSize = 200;
const attempts = 4;
const firstPauseMs = 200;
const sendTimeoutMs = 5_000;
/** Answers after which sending the same again is pointless. */
const hopeless = new Set([400, 404, 409, 410, 413, 415, 422]);

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

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Sends what sessions did to the companion server, in batches. State is plain data, so that any
 * request's `waitUntil` can carry on what another one left.
 */
export class Reporter {
  readonly #url: string;
  readonly #credential: string | undefined;
  readonly #maxWaiting: number;
  readonly #delayMs: number;
  readonly #fetch: Fetch;
  readonly #waiting = new Map<string, Waiting[]>();
  #count = 0;

  constructor({ url, credential, maxWaiting = 5_000, delayMs = 100, fetch = defaultFetch }: ReportOptions) {
    this.#url = url.replace(/\/+$/, "");
    this.#credential = credential;
    this.#maxWaiting = maxWaiting;
    this.#delayMs = delayMs;
    this.#fetch = fetch;
  }

  /** Whether one more event would find no place: then nothing should happen that must be recorded. */
  get full(): boolean {
    return this.#count >= this.#maxWaiting;
  }

  add(sessionId: string, token: string, event: AccessEvent): void {
    const events = this.#waiting.get(sessionId) ?? [];
    events.push({ event: fitting(event), token });
    this.#waiting.set(sessionId, events);
    this.#count++;
  }

  /** Sends all that waits. What cannot be sent goes on waiting, for this or a later call. */
  async flush(): Promise<void> {
    await pause(this.#delayMs);
    for (let attempt = 0; attempt < attempts && this.#count > 0; attempt++) {
      if (attempt > 0) await pause(firstPauseMs * 4 ** (attempt - 1));
      const failed = await this.#sendAll();
      if (!failed) return;
    }
  }

  /** @returns whether something is left that could not be sent */
  async #sendAll(): Promise<boolean> {
    let failed = false;
    for (const sessionId of [...this.#waiting.keys()]) {
      for (let batch = this.#take(sessionId); batch.length > 0; batch = this.#take(sessionId)) {
        const left = await this.#send(sessionId, batch);
        this.#count -= batch.length - left.length;
        if (left.length === 0) continue;
        this.#putBack(sessionId, left);
        failed = true;
        break;
      }
    }
    return failed;
  }

  /** Taken events still count as waiting until they have arrived. */
  #take(sessionId: string): Waiting[] {
    const events = this.#waiting.get(sessionId);
    if (events === undefined) return [];
    const batch = events.splice(0, batchSize);
    if (events.length === 0) this.#waiting.delete(sessionId);
    return batch;
  }
  #putBack(sessionId: string, batch: readonly Waiting[]): void {
    this.#waiting.set(sessionId, [...batch, ...(this.#waiting.get(sessionId) ?? [])]);
  }

  /**
   * A refusal of many events is narrowed down to the ones it is about: one event that the server will
   * not have must not take others off the record.
   * @returns what must be sent again; each event has an id, so that one sent twice counts once
   */
  async #send(sessionId: string, batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    const status = await this.#post(sessionId, batch);
    if (status !== null && status < 300) return [];
    if (status === null || !this.#isHopeless(status)) return batch;
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      const left = await this.#send(sessionId, batch.slice(0, middle));
      return [...left, ...(await this.#send(sessionId, batch.slice(middle)))];
    }
    console.error(`hallpass: the server would not record an event: ${status}`);
    return [];
  }

  /** @returns the answer's status; null where there was none */
  async #post(sessionId: string, batch: readonly Waiting[]): Promise<number | null> {
    const credential = this.#credential ?? batch[batch.length - 1]?.token ?? "";
    try {
      const response = await this.#fetch(
        `${this.#url}/api/v1/support-access/support-sessions/${encodeURIComponent(sessionId)}/audit-logs`,
        {
          method: "POST",
          headers: { Authorization: `Bearer ${credential}`, "Content-Type": "application/json" },
          body: JSON.stringify({ events: batch.map(({ event }) => event) }),
          redirect: "manual",
          signal: AbortSignal.timeout(sendTimeoutMs),
        },
      );
      await response.body?.cancel();
      return response.status;
    } catch {
      return null;
    }
  }

  /** A session's own token stops working when the session ends; a service credential does not. */
  #isHopeless(status: number): boolean {
    return hopeless.has(status) || (this.#credential === undefined && (status === 401 || status === 403));
  }
}
