import type { NodeRequest } from "./adapters/incoming.js";
import { NodeGuard } from "./adapters/node-guard.js";
import { answer, type NodeResponse, statusOf } from "./adapters/outgoing.js";
import type { GuardOptions } from "./edge/guard.js";

export { sessionOf } from "./adapters/node-guard.js";
export type { NodeRequest, NodeResponse };
export { type GuardOptions, type Route, type Session, scopesByRoute } from "./edge/index.js";

/** Middleware for Express, and for whatever else takes `(request, response, next)`. */
export interface GuardMiddleware {
  (request: NodeRequest, response: NodeResponse, next: () => void): Promise<void>;
  /** Guards a listener for `upgrade` events, which the server keeps from Express. */
  upgrade: NodeGuard["upgrade"];
  /**
   * Sends what sessions did and the companion server does not have yet; call it before the process ends.
   * @returns how many events could not be delivered
   */
  flush(): Promise<number>;
}

/**
 * Middleware that verifies, annotates and records act-as requests, or refuses them; all others pass
 * untouched, but for headers that only the guard may set. Put it before everything that reads a request.
 * @example
 * app.use(createGuard({ issuer, audience, keys }));
 * app.get("/cases", (request, response) => response.json(casesOf(sessionOf(request)?.subject ?? ownUser(request))));
 */
export function createGuard(options: GuardOptions): GuardMiddleware {
  const guard = new NodeGuard(options);
  const middleware = async (request: NodeRequest, response: NodeResponse, next: () => void): Promise<void> => {
    const refused = await guard.check(request, (session) => {
      const status = session === null ? 0 : statusOf(response);
      next();
      return status;
    });
    if (refused !== null) await answer(response, refused);
  };
  return Object.assign(middleware, {
    upgrade: guard.upgrade.bind(guard) as NodeGuard["upgrade"],
    flush: () => guard.flush(),
  });
}
