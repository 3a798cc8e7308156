// Answers nginx's question whether a request may pass: 204 and who acts, or why not.
import { createServer } from "node:http";
import { createGuard, scopesByRoute } from "hallpass/node";

const { HALLPASS_URL, PORT = "3001" } = process.env;

const guard = createGuard(
  {
    issuer: HALLPASS_URL,
    audience: "farm",
    keys: `${HALLPASS_URL}/.well-known/jwks.json`,
    revocation: { maxAgeSeconds: 1 }, // a withdrawal holds within a second
    requiredScopes: scopesByRoute([
      { methods: ["GET"], path: "/parcels", scopes: ["parcels:read"] },
      { methods: ["POST"], path: "/parcels", scopes: ["parcels:write"] },
    ]), // what is not listed is closed to support staff
    report: { url: HALLPASS_URL }, // every read and write is on record
  },
  (request, response) => {
    for (const [name, value] of Object.entries(request.headers)) {
      if (name.startsWith("hallpass-")) response.setHeader(name, value);
    }
    response.writeHead(204).end();
  },
);

const server = createServer(guard);
server.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.once("SIGTERM", () => server.close(() => guard.flush())); // what is not on record yet is sent
