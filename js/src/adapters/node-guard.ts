import type { Session } from "../core/token.js";
import { createGuard, type GuardedFetch, type GuardOptions, type RequestContext } from "../edge/guard.js";
import { refusal } from "../edge/refusal.js";
import type { RequiredScopes } from "../edge/routes.js";
import { adopt, isAmbiguous, type NodeRequest, requestOf } from "./incoming.js";
import { answerOn, type NodeSocket } from "./outgoing.js";

/** What happens to a request that is let through; the result is the status of its answer. */
type Proceed = (session: Session | null) => number | Promise<number>;

interface Passage extends RequestContext {
  readonly incoming: NodeRequest;
  readonly headers: Headers;
  readonly proceed: Proceed;
}

const sessions = new WeakMap<object, Session>();

/** The session under which a request was let through; null where nobody acts for somebody else. */
export function sessionOf(request: object): Session | null {
  return sessions.get(request) ?? null;
}

/** A response as the guard records it: it reads the status alone, and the real answer goes its own way. */
function statusAlone(status: number): Response {
  return Object.defineProperty(new Response(null), "status", { value: status });
}

/** The guard over Node's requests and responses. */
export class NodeGuard {
  readonly #guard: GuardedFetch<undefined, Passage>;
  /** Requests that act-as sessions may not make, whatever the routes say. */
  readonly #ambiguous = new WeakSet<Request>();

  constructor(options: GuardOptions) {
    const { requiredScopes = [] } = options;
    const asked: RequiredScopes = (request) => {
      if (this.#ambiguous.has(request)) return null;
      return typeof requiredScopes === "function" ? requiredScopes(request) : requiredScopes;
    };
    this.#guard = createGuard<undefined, Passage>({ ...options, requiredScopes: asked }, async (request, _, passage, session) => {
      const { incoming, headers, proceed } = passage;
      adopt(incoming, headers, request.headers);
      if (session !== null) sessions.set(incoming, session);
      return statusAlone(await proceed(session));
    });
  }

  /**
   * Lets a request through to `proceed`, or not.
   * @returns the refusal; null where it was let through
   */
  async check(incoming: NodeRequest, proceed: Proceed): Promise<Response | null> {
    let passed = false;
    try {
      const request = requestOf(incoming);
      if (isAmbiguous(incoming)) this.#ambiguous.add(request);
      const response = await this.#guard(request, undefined, {
        incoming,
        headers: request.headers,
        proceed: (session) => {
          passed = true;
          return proceed(session);
        },
      });
      return passed ? null : response;
    } catch (cause) {
      if (passed) throw cause; // the application's own
      console.error("hallpass: a request could not be checked", cause);
      return refusal({ code: "INTERNAL_ERROR", message: "the request could not be checked" });
    }
  }

  /** Guards a listener for a server's `upgrade` events, which never reach its other listeners. */
  upgrade<Incoming extends NodeRequest, Socket extends NodeSocket, Head>(
    listener: (request: Incoming, socket: Socket, head: Head, session: Session | null) => unknown,
  ): (request: Incoming, socket: Socket, head: Head) => Promise<void> {
    return async (incoming, socket, head) => {
      const ignore = (): void => {};
      socket.on("error", ignore); // nobody else listens yet
      const refused = await this.check(incoming, (session) => {
        socket.off("error", ignore);
        listener(incoming, socket, head, session);
        return 101;
      });
      if (refused !== null) await answerOn(socket, refused);
    };
  }

  flush(): Promise<number> {
    return this.#guard.flush();
  }
}
