// An application in front of an origin, guarded by the fetch guard and, below /hono, by the one for Hono.
import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { createGuard } from "../../js/dist/edge.js";
import { createGuard as createMiddleware } from "../../js/dist/hono.js";

const { issuer, audience, companion, start, origin } = env.SETTINGS;
const options = {
  issuer,
  audience,
  keys: `${companion}/.well-known/jwks.json`,
  report: { url: companion, delayMs: 1 },
  now: () => start,
};
const forward = (request) => fetch(new Request(origin + new URL(request.url).pathname, request));
const guarded = createGuard(options, forward);
const hono = new Hono().use(createMiddleware(options)).all("*", (context) => forward(context.req.raw));

export default {
  fetch: (request, bindings, context) =>
    new URL(request.url).pathname.startsWith("/hono/") ? hono.fetch(request, bindings, context) : guarded(request, bindings, context),
};
