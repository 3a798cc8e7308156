// The guard says who acts; the database decides what they see and change.
import { createServer } from "node:http";
import { createGuard } from "hallpass/node";
import { asSession, close } from "./database.mjs";

const { HALLPASS_URL, PORT = "3000" } = process.env;
const notAllowed = "42501"; // insufficient_privilege: a policy refused the row

async function answer(request, response, session) {
  // `X-Demo-User` stands for your own sign-in, which act-as sessions never reach.
  const who = session ?? { subject: request.headers["x-demo-user"] };
  if (who.subject === undefined) return response.writeHead(401).end();
  if (request.method === "GET") {
    const { rows } = await asSession(who, (query) => query("SELECT name FROM parcels")); // no WHERE: none is needed
    return response.end(JSON.stringify({ user: who.subject, actor: session?.actor, parcels: rows.map(({ name }) => name) }));
  }
  try {
    await asSession(who, (query) => query("INSERT INTO parcels (name) VALUES ($1)", ["Nieuwland"]));
    response.writeHead(201).end();
  } catch (failure) {
    if (failure.code !== notAllowed) throw failure;
    response.writeHead(403, { "Content-Type": "application/problem+json" }).end('{"error":"INSUFFICIENT_SCOPE"}');
  }
}

const guard = createGuard(
  {
    issuer: HALLPASS_URL,
    audience: "farm",
    keys: `${HALLPASS_URL}/.well-known/jwks.json`,
    revocation: { maxAgeSeconds: 1 },
    report: { url: HALLPASS_URL },
  },
  (request, response, session) =>
    answer(request, response, session).catch((failure) => {
      console.error(failure.code);
      response.writeHead(500).end();
    }),
);
const server = createServer(guard);
server.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.once("SIGTERM", () => server.close(() => Promise.all([guard.flush(), close()])));
