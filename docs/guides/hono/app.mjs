// A Hono application in which support staff can act as a user; it runs wherever Hono does.
import { createGuard, scopesByRoute, sessionOf } from "hallpass/hono";
import { Hono } from "hono";

const parcels = new Map([["piet", ["Akkerzicht"]], ["els", ["De Meent"]]]);

/** @param {string} hallpass the address of hallpassd */
export function createApp(hallpass) {
  const app = new Hono();
  app.use(
    createGuard({
      issuer: hallpass,
      audience: "farm",
      keys: `${hallpass}/.well-known/jwks.json`,
      revocation: { maxAgeSeconds: 1 }, // a withdrawal holds within a second
      requiredScopes: scopesByRoute([
        { methods: ["GET"], path: "/parcels", scopes: ["parcels:read"] },
        { methods: ["POST"], path: "/parcels", scopes: ["parcels:write"] },
      ]), // what is not listed is closed to support staff
      report: { url: hallpass }, // every read and write is on record
    }),
  );
  app.use(async (context, next) => {
    // `X-Demo-User` stands for your own sign-in, which act-as sessions never reach.
    const user = sessionOf(context)?.subject ?? context.req.header("X-Demo-User");
    if (!parcels.has(user)) return context.body(null, 401);
    context.set("user", user);
    await next();
  });
  app.get("/parcels", (context) => {
    const user = context.get("user");
    return context.json({ user, actor: sessionOf(context)?.actor, parcels: parcels.get(user) });
  });
  app.post("/parcels", async (context) => {
    parcels.get(context.get("user")).push(String((await context.req.json()).name));
    return context.body(null, 201);
  });
  return app;
}
