import type { Session } from "./core/token.js";
import { createGuard as createFetchGuard, type GuardOptions, type RequestContext } from "./edge/guard.js";

export { type GuardOptions, type Route, type Session, scopesByRoute } from "./edge/index.js";

/** As much of Hono's Context as the guard needs. */
export interface HonoContext {
  readonly req: { raw: Request };
  readonly env: unknown;
  readonly res: Response;
  /** Throws where the runtime has none. */
  readonly executionCtx: { waitUntil(promise: Promise<unknown>): void };
}

export interface GuardMiddleware {
  (context: HonoContext, next: () => Promise<void>): Promise<Response | undefined>;
  /**
   * Sends what sessions did and the companion server does not have yet. On a server of one's own, call it
   * before the process ends; elsewhere `waitUntil` sees to it.
   * @returns how many events could not be delivered
   */
  flush(): Promise<number>;
}

interface Passage extends RequestContext {
  proceed(request: Request, session: Session | null): Promise<Response>;
}

const sessions = new WeakMap<object, Session>();

/** The session under which a request was let through; null where nobody acts for somebody else. */
export function sessionOf(context: object): Session | null {
  return sessions.get(context) ?? null;
}

function executionOf(context: HonoContext): HonoContext["executionCtx"] | undefined {
  try {
    return context.executionCtx;
  } catch {
    return undefined;
  }
}

/**
 * Middleware that verifies, annotates and records act-as requests, or refuses them; all others pass
 * untouched, but for headers that only the guard may set. Put it before everything that reads a request.
 * @example
 * app.use(createGuard({ issuer, audience, keys }));
 * app.get("/cases", (context) => context.json(casesOf(sessionOf(context)?.subject ?? ownUser(context))));
 */
export function createGuard(options: GuardOptions): GuardMiddleware {
  const guard = createFetchGuard<unknown, Passage>(options, (request, _env, passage, session) =>
    passage.proceed(request, session),
  );
  const middleware = async (context: HonoContext, next: () => Promise<void>): Promise<Response | undefined> => {
    let passed = false;
    const response = await guard(context.req.raw, context.env, {
      waitUntil: (work) => executionOf(context)?.waitUntil(work),
      proceed: async (request, session) => {
        passed = true;
        context.req.raw = request;
        if (session !== null) sessions.set(context, session);
        await next();
        return context.res;
      },
    });
    return passed ? undefined : response;
  };
  return Object.assign(middleware, { flush: () => guard.flush() });
}
