import { GrowingPause } from "./growing-pause.js";
import { liveEventNames } from "./live-events.js";
import { HallpassProblem, isRecord } from "./problem.js";
import { SseParser } from "./sse.js";
import type { Transport } from "./transport.js";
import type { LiveEvent } from "./wire.js";

export type LiveState = "idle" | "connecting" | "open" | "reconnecting" | "refused";

export interface LiveListener {
  event?(event: LiveEvent): void;
  /** The stream is open, for the first time or again: what came before may have been missed. */
  resync?(): void;
  state?(state: LiveState): void;
  /** The server refuses this caller for good (401 or 403). */
  refused?(problem: HallpassProblem): void;
}

const eventNames: ReadonlySet<string> = new Set(liveEventNames);

const firstDelayMs = 250;
const lastDelayMs = 10_000;
/** Two missed heartbeats and a bit: the server sends one every 15 s. */
const silenceMs = 40_000;

/**
 * One stream of live events for all who listen, read with `fetch` so that a bearer can be sent
 * and a refusal seen. Reconnects by itself with growing, jittered pauses and `Last-Event-ID`.
 */
export class LiveFeed {
  readonly #transport: Transport;
  readonly #listeners = new Set<LiveListener>();
  #state: LiveState = "idle";
  #lastEventId = "";
  #abort: AbortController | null = null;
  #wasOpen = false;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Listens; the stream lives while somebody does. The answer stops listening. */
  subscribe(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    if (this.#abort === null) this.#start();
    else listener.state?.(this.#state);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  /** Drops the connection and asks again at once: after sleep, or when coming back online. */
  recheck(): void {
    if (this.#abort === null) return;
    this.#abort.abort();
    this.#start();
  }

  #start(): void {
    const abort = new AbortController();
    this.#abort = abort;
    addEventListener("online", this.#onOnline);
    void this.#run(abort.signal);
  }

  #stop(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#state = "idle";
    this.#wasOpen = false;
    removeEventListener("online", this.#onOnline);
  }

  readonly #onOnline = (): void => {
    if (this.#state !== "open") this.recheck();
  };

  async #run(signal: AbortSignal): Promise<void> {
    const delay = new GrowingPause(firstDelayMs, lastDelayMs);
    this.#enter(this.#wasOpen ? "reconnecting" : "connecting");
    while (!signal.aborted) {
      const outcome = await this.#readOnce(signal);
      if (signal.aborted) return;
      if (outcome === "refused") {
        this.#enter("refused");
        return;
      }
      if (outcome === "was_open") delay.reset();
      this.#enter("reconnecting");
      await pause(delay.next(), signal);
    }
  }

  async #readOnce(signal: AbortSignal): Promise<"refused" | "was_open" | "failed"> {
    const attempt = new AbortController();
    const cancel = (): void => attempt.abort();
    signal.addEventListener("abort", cancel, { once: true });
    let silence = setTimeout(cancel, silenceMs);
    let opened = false;
    try {
      const response = await this.#transport.send("/api/v1/events", {
        signal: attempt.signal,
        headers: {
          Accept: "text/event-stream",
          ...(this.#lastEventId === "" ? {} : { "Last-Event-ID": this.#lastEventId }),
        },
      });
      if (response.status === 401 || response.status === 403) {
        const problem = await this.#transport.refusal(response);
        for (const listener of [...this.#listeners]) listener.refused?.(problem);
        return "refused";
      }
      if (!response.ok || response.body === null) return "failed";
      opened = true;
      this.#opened();
      const parser = new SseParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || signal.aborted) return "was_open";
        clearTimeout(silence);
        silence = setTimeout(cancel, silenceMs);
        for (const message of parser.push(value)) this.#deliver(message.event, message.data);
        this.#lastEventId = parser.lastEventId === "" ? this.#lastEventId : parser.lastEventId;
      }
    } catch {
      return opened ? "was_open" : "failed"; // the network's ways of failing are all answered by trying again
    } finally {
      clearTimeout(silence);
      signal.removeEventListener("abort", cancel);
      attempt.abort();
    }
  }

  #opened(): void {
    this.#wasOpen = true;
    this.#enter("open");
    for (const listener of [...this.#listeners]) listener.resync?.();
  }

  #enter(state: LiveState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener.state?.(state);
  }

  #deliver(name: string, data: string): void {
    if (!eventNames.has(name)) return; // a newer server may know more than this page
    let body: unknown;
    try {
      body = JSON.parse(data);
    } catch {
      return;
    }
    if (!isRecord(body)) return;
    const event = { ...body, name } as unknown as LiveEvent;
    for (const listener of [...this.#listeners]) listener.event?.(event);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
