import { ServerClock } from "./clock.js";
import { HallpassProblem, problemOf } from "./problem.js";

export interface TransportOptions {
  /** Where hallpassd is reached; "" is the page's own origin. */
  readonly baseUrl?: string;
  /** A bearer to send instead of the cookie: a JWT of the host's issuer, or an act-as token. */
  readonly bearer?: () => string | null;
  readonly fetch?: typeof fetch;
  readonly clock?: ServerClock;
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** One place that talks HTTP: credentials, deadlines, problems and the server's time. */
export class Transport {
  readonly clock: ServerClock;
  /** As it was given, without a slash at its end. */
  readonly baseUrl: string;
  readonly #bearer: () => string | null;
  readonly #fetch: typeof fetch;
  readonly #timeoutMs: number;
  readonly #problemListeners = new Set<(problem: HallpassProblem) => void>();

  constructor(options: TransportOptions = {}) {
    this.baseUrl = (options.baseUrl ?? "").replace(/\/+$/, "");
    this.#bearer = options.bearer ?? (() => null);
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.clock = options.clock ?? new ServerClock();
    this.#timeoutMs = options.timeoutMs ?? 15_000;
  }

  /** Calls back with every refusal and failure. The answer stops that. */
  onProblem(listener: (problem: HallpassProblem) => void): () => void {
    this.#problemListeners.add(listener);
    return () => this.#problemListeners.delete(listener);
  }

  get<T>(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<T> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
    const suffix = search.size > 0 ? `?${search.toString()}` : "";
    return this.#json<T>(path + suffix, { method: "GET" });
  }

  /**
   * One idempotency key covers the call and its one retry: a lost answer never doubles the deed.
   * @param own says otherwise than `send` what becomes of cookies
   */
  async post<T>(path: string, body: unknown, own: Pick<RequestInit, "credentials"> = {}): Promise<T> {
    const init: RequestInit = {
      ...own,
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "Idempotency-Key": newKey() },
    };
    try {
      return await this.#json<T>(path, init);
    } catch (problem) {
      if (!(problem instanceof HallpassProblem) || problem.code !== "NETWORK") throw problem;
      return this.#json<T>(path, init);
    }
  }

  async delete(path: string): Promise<void> {
    await this.#json<unknown>(path, { method: "DELETE" });
  }

  /** The answer as it is, whatever its status. @throws HallpassProblem NETWORK */
  async send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    const bearer = this.#bearer();
    if (bearer !== null) headers.set("Authorization", `Bearer ${bearer}`);
    const mark = this.clock.mark();
    try {
      const response = await this.#fetch(this.baseUrl + path, {
        // An overlay's calls must not carry the agent's own login as well.
        credentials: bearer === null ? "same-origin" : "omit",
        ...init,
        headers,
        cache: "no-store",
      });
      this.clock.observe(response, mark);
      return response;
    } catch {
      throw this.#tell(new HallpassProblem({ code: "NETWORK", status: 0, message: "The server cannot be reached." }));
    }
  }

  /** Turns an unsuccessful answer into its problem, and tells the listeners. */
  async refusal(response: Response): Promise<HallpassProblem> {
    return this.#tell(await problemOf(response));
  }

  async #json<T>(path: string, init: RequestInit): Promise<T> {
    const response = await this.send(path, { signal: AbortSignal.timeout(this.#timeoutMs), ...init });
    if (!response.ok) throw await this.refusal(response);
    if (response.status === 204) return undefined as T;
    try {
      // The server's answers are typed by docs/protocol.md; checking each would double its work.
      return (await response.json()) as T;
    } catch {
      throw this.#tell(
        new HallpassProblem({ code: "UNREADABLE", status: response.status, message: "The answer is not JSON." }),
      );
    }
  }

  #tell(problem: HallpassProblem): HallpassProblem {
    for (const listener of this.#problemListeners) listener(problem);
    return problem;
  }
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
