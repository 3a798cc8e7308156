// A Hono application behind hallpass/hono, as a worker.
import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { createGuard, sessionOf } from "../../js/dist/hono.js";

const { issuer, audience, companion, now } = env.SETTINGS;
const guard = createGuard({
  issuer,
  audience,
  keys: `${companion}/.well-known/jwks.json`,
  report: { url: companion, delayMs: 1 },
  now: () => now,
});

export default new Hono()
  .use(guard)
  .all("*", async (context) =>
    context.json({ headers: context.req.header(), session: sessionOf(context)?.id ?? null, size: (await context.req.text()).length }));
