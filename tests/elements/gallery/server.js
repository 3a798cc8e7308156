// A server in the page: it answers what a state asks for, and counts what it is asked.

import { now } from "./fixtures.js";

/** Never answers: what waits stays as it is. */
export const silence = Symbol("silence");
/** No answer comes. */
export const unreachable = Symbol("unreachable");

/** A refusal as hallpassd words it. */
export const refusal = (status, error, more = {}) => new Problem(status, { error, message: error, ...more });

class Problem {
  constructor(status, body) {
    Object.assign(this, { status, body });
  }
}

const headers = () => ({ "Content-Type": "application/json", "Hallpass-Now": String(pageServer.now()) });

/** What all pretended servers of this page share: the time, and what was asked of them. */
export const pageServer = { now: () => now, calls: [] };

export class PretendedServer {
  #answers;
  #stream;
  #feeds = new Set();

  /** @param answers by "METHOD /path"; a value, a function of the body, a Response, silence, unreachable or a refusal */
  constructor(answers, stream = "open") {
    this.#answers = answers;
    this.#stream = stream;
  }

  fetch = async (input, init = {}) => {
    const { pathname, search: query } = new URL(input, location.href);
    const asked = `${init.method ?? "GET"} ${pathname}`;
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    pageServer.calls.push({ asked, query, body, key: new Headers(init.headers).get("Idempotency-Key") });
    if (pathname === "/api/v1/events") return this.#events(init.signal);
    let answer = this.#answers[asked];
    if (typeof answer === "function") answer = await answer(body);
    if (answer === silence) return new Promise(() => {});
    if (answer === unreachable) throw new TypeError("Failed to fetch");
    if (answer instanceof Response) return answer;
    if (answer instanceof Problem) return new Response(JSON.stringify(answer.body), { status: answer.status, headers: headers() });
    if (answer === undefined) return new Response(JSON.stringify({ error: "NOT_FOUND", message: asked }), { status: 404, headers: headers() });
    return new Response(JSON.stringify(answer), { headers: headers() });
  };

  #events(signal) {
    if (this.#stream === "down") throw new TypeError("Failed to fetch");
    if (this.#stream === "silent") return new Promise(() => {});
    const body = new ReadableStream({
      start: (feed) => {
        this.#feeds.add(feed);
        signal?.addEventListener("abort", () => this.#feeds.delete(feed));
      },
    });
    return new Response(body, { headers: { ...headers(), "Content-Type": "text/event-stream" } });
  }

  /** Tells everybody who listens. */
  tell(event, data) {
    const text = new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    for (const feed of this.#feeds) feed.enqueue(text);
  }

  /** Ends every stream; `stream` says how the next attempts go. */
  hangUp(stream) {
    this.#stream = stream;
    for (const feed of this.#feeds) feed.close();
    this.#feeds.clear();
  }
}
