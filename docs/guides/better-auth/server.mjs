// An application with better-auth, in which an admin impersonates a user only as long as that user agrees.
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { hashPassword } from "better-auth/crypto";
import { fromNodeHeaders, toNodeHandler } from "better-auth/node";
import { admin, jwt } from "better-auth/plugins";
import { consent } from "./consent.mjs";

const { BETTER_AUTH_SECRET, BETTER_AUTH_URL, DEMO_PASSWORD, HALLPASS_URL, PORT = "3000" } = process.env;
const parcels = new Map([["piet", ["Akkerzicht"]], ["els", ["De Meent"]]]);

const auth = betterAuth({
  baseURL: BETTER_AUTH_URL,
  secret: BETTER_AUTH_SECRET,
  database: memoryAdapter(await people({ piet: "user", els: "user", jan: "admin" })),
  emailAndPassword: { enabled: true },
  plugins: [
    admin(),
    jwt({ disableSettingJwtHeader: true }), // hallpassd knows people by these keys, at /api/auth/jwks
    consent({ url: HALLPASS_URL }),
  ],
});
const signIn = toNodeHandler(auth);

const server = createServer(async (request, response) => {
  if (request.url.startsWith("/api/auth/")) return signIn(request, response);
  const found = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) }).catch(() => null);
  const mine = found && request.url === "/parcels" && parcels.get(found.user.id);
  response.writeHead(mine ? 200 : found ? 404 : 401, { "Content-Type": "application/json" });
  response.end(JSON.stringify(mine ? { user: found.user.id, actor: found.session.impersonatedBy ?? null, parcels: mine } : null));
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(BETTER_AUTH_URL));
process.once("SIGTERM", () => server.close());

/** Stands for your database, whose user ids are also those of hallpassd's directory. */
async function people(roles) {
  const password = await hashPassword(DEMO_PASSWORD);
  const now = { createdAt: new Date(), updatedAt: new Date() };
  return {
    user: Object.entries(roles).map(([id, role]) => ({ id, role, name: id, email: `${id}@example.nl`, emailVerified: true, ...now })),
    account: Object.keys(roles).map((id) => ({ id, userId: id, accountId: id, providerId: "credential", password, ...now })),
    session: [],
    verification: [],
    jwks: [],
  };
}
