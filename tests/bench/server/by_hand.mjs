// The same by hand in Node: a bearer checked and a token signed with jose, and as many rows as a start of a session
// has, one transaction a request, with better-sqlite3. None of the conditions of a start is looked at.
//   node by_hand.mjs FILE SECRET   prints its port
import { createServer } from "node:http";
import Database from "better-sqlite3";
import { generateKeyPair, jwtVerify, SignJWT } from "jose";

const rowsAStart = 5;
const database = new Database(process.argv[2]);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec("CREATE TABLE rows (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
const insert = database.prepare("INSERT INTO rows (body) VALUES (?)");
const store = database.transaction((body) => {
  for (let row = 0; row < rowsAStart; row++) insert.run(body);
});
const secret = new TextEncoder().encode(process.argv[3]);
const { privateKey } = await generateKeyPair("EdDSA");

async function start(request, body) {
  const { payload } = await jwtVerify(request.headers.authorization.slice("Bearer ".length), secret, { audience: "hallpass" });
  const { targetUserId, tenantId } = JSON.parse(body);
  const token = await new SignJWT({ act: { sub: payload.sub }, act_as: true, ctx: { tenantId } })
    .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt" }).setIssuer("https://api.example.com").setAudience("hallpass")
    .setSubject(targetUserId).setIssuedAt().setExpirationTime("30m").sign(privateKey);
  store("x".repeat(300));
  return JSON.stringify({ session: { targetUserId, tenantId, status: "active" }, delegatedToken: token });
}

const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", async () => {
    try {
      response.writeHead(201, { "Content-Type": "application/json" }).end(await start(request, body));
    } catch (cause) {
      response.writeHead(401).end(String(cause));
    }
  });
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
