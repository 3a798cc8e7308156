// An Express application in which support staff can act as a user, as far and as long as the user said.
import express from "express";
import { createGuard, scopesByRoute, sessionOf } from "hallpass/express";

const { HALLPASS_URL, PORT = "3000" } = process.env;
const parcels = new Map([["piet", ["Akkerzicht"]], ["els", ["De Meent"]]]);

const guard = createGuard({
  issuer: HALLPASS_URL,
  audience: "farm",
  keys: `${HALLPASS_URL}/.well-known/jwks.json`,
  revocation: { maxAgeSeconds: 1 }, // a withdrawal holds within a second
  requiredScopes: scopesByRoute([
    { methods: ["GET"], path: "/parcels", scopes: ["parcels:read"] },
    { methods: ["POST"], path: "/parcels", scopes: ["parcels:write"] },
  ]), // what is not listed is closed to support staff
  report: { url: HALLPASS_URL }, // every read and write is on record
});

const app = express();
app.use(guard); // before everything that reads requests
app.use((request, response, next) => {
  // `X-Demo-User` stands for your own sign-in, which act-as sessions never reach.
  request.user = sessionOf(request)?.subject ?? request.get("X-Demo-User");
  if (parcels.has(request.user)) next();
  else response.sendStatus(401);
});
app.get("/parcels", (request, response) => {
  response.json({ user: request.user, actor: sessionOf(request)?.actor, parcels: parcels.get(request.user) });
});
app.post("/parcels", express.json(), (request, response) => {
  parcels.get(request.user).push(String(request.body.name));
  response.sendStatus(201);
});

const server = app.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.once("SIGTERM", () => server.close(() => guard.flush())); // what is not on record yet is sent
