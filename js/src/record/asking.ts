import type { Transport } from "../client/transport.js";
import { boundedText } from "../edge/fetching.js";

const audit = "/api/v1/audit/";
const maxBytes = 256 * 1024;
const timeoutMs = 15_000;
/** How many questions are under way at once. */
const atOnce = 4;

/** The text of an answer; or that none came, or that the server has no such thing. */
export type Answered =
  | { readonly status: "answered"; readonly text: string }
  | { readonly status: "unreachable" }
  | { readonly status: "absent" };

/** Refusals that may be other tomorrow, and say nothing about the record: who asks, how often, how the server is. */
const passing = new Set([401, 403, 408, 425, 429]);

/** Asks for heads and proofs, a few at a time, and not at all while the server asks for patience. */
export class Asking {
  readonly #transport: Transport;
  readonly #waiting: (() => void)[] = [];
  #free = atOnce;
  #patientUntil = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async ask(path: string): Promise<Answered> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((mine) => this.#waiting.push(mine));
    try {
      return await this.#ask(path);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }

  async #ask(path: string): Promise<Answered> {
    if (performance.now() < this.#patientUntil) return { status: "unreachable" };
    try {
      const response = await this.#transport.send(audit + path, { method: "GET", signal: AbortSignal.timeout(timeoutMs) });
      if (response.ok) return { status: "answered", text: await boundedText(response, maxBytes) };
      const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
      if (Number.isFinite(seconds)) this.#patientUntil = performance.now() + seconds * 1_000;
      return { status: response.status >= 500 || passing.has(response.status) ? "unreachable" : "absent" };
    } catch {
      return { status: "unreachable" };
    }
  }
}
