import { NodeGuard } from "./adapters/node-guard.js";
import type { NodeRequest } from "./adapters/incoming.js";
import { answer, type NodeResponse, type NodeSocket, statusOf } from "./adapters/outgoing.js";
import type { Session } from "./core/token.js";
import type { GuardOptions } from "./edge/guard.js";

export { sessionOf } from "./adapters/node-guard.js";
export type { NodeRequest, NodeResponse, NodeSocket, Session };
export { type GuardOptions, type Route, scopesByRoute } from "./edge/index.js";

/** A listener for a server's `request` events. */
export interface GuardedListener<Request, Response> {
  (request: Request, response: Response): Promise<void>;
  /** Guards a listener for `upgrade` events, which the server keeps from every other listener. */
  upgrade: NodeGuard["upgrade"];
  /**
   * Sends what sessions did and the companion server does not have yet; call it before the process ends.
   * @returns how many events could not be delivered
   */
  flush(): Promise<number>;
}

/**
 * Wraps a request listener of `node:http`: act-as requests are verified, annotated and recorded, or
 * refused; all others pass untouched, but for headers that only the guard may set.
 * @example
 * createServer(createGuard({ issuer, audience, keys }, (request, response) => response.end("hello"))).listen(3000);
 */
export function createGuard<Request extends NodeRequest, Response extends NodeResponse>(
  options: GuardOptions,
  listener: (request: Request, response: Response, session: Session | null) => unknown,
): GuardedListener<Request, Response> {
  const guard = new NodeGuard(options);
  const guarded = async (request: Request, response: Response): Promise<void> => {
    const refused = await guard.check(request, (session) => {
      const status = session === null ? 0 : statusOf(response);
      listener(request, response, session); // what an async one rejects with is nobody's but its own
      return status;
    });
    if (refused !== null) await answer(response, refused);
  };
  return Object.assign(guarded, {
    upgrade: guard.upgrade.bind(guard) as NodeGuard["upgrade"],
    flush: () => guard.flush(),
  });
}
