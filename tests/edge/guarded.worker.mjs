// A guarded application that tells what reached it. `/clock?ms=` sets the guard's clock.
import { env } from "cloudflare:workers";
import { createGuard, createVerifier, revocationEvents, scopesByRoute } from "../../js/dist/edge.js";

const { issuer, audience, companion, start, revocation, guard = {}, routes } = env.SETTINGS;
let now = start;
const clock = () => now;

const application = (request, _env, _context, session) => {
  if (new URL(request.url).pathname === "/app/crash") throw new Error("the application is broken");
  return Response.json({
    method: request.method,
    headers: Object.fromEntries(request.headers),
    session: session?.id ?? null,
  });
};

const guarded = createGuard(
  {
    issuer,
    audience,
    keys: `${companion}/.well-known/jwks.json`,
    revocation: { ...revocation, ...(revocation.push === undefined ? {} : { push: revocationEvents(revocation.push) }) },
    ...guard,
    ...(routes === undefined ? {} : { requiredScopes: scopesByRoute(routes) }),
    report: { url: companion, delayMs: 1 },
    now: clock,
  },
  application,
);
const verifyAlone = await createVerifier({ issuer, audience, keys: { keys: [] }, now: clock });

export default {
  async fetch(request, bindings, context) {
    const url = new URL(request.url);
    if (url.pathname === "/clock") {
      now = Number(url.searchParams.get("ms"));
      return new Response();
    }
    if (url.pathname === "/alone") return Response.json(await verifyAlone(url.searchParams.get("token")));
    return guarded(request, bindings, context);
  },
};
