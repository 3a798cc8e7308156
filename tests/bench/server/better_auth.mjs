// The peer: better-auth with its admin plugin, on Node's own HTTP server.
//   node better_auth.mjs sqlite:FILE|postgresql://…   prints its port and what it is asked with, as one line of JSON
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { admin } from "better-auth/plugins";
import Database from "better-sqlite3";
import { Pool } from "pg";

const users = 200;
const sessions = 64;

function open(url) {
  if (!url.startsWith("sqlite:")) return new Pool({ connectionString: url, max: 16 });
  const database = new Database(url.slice("sqlite:".length));
  database.pragma("journal_mode = WAL"); // as hallpassd has it; its own default is slower
  database.pragma("synchronous = FULL");
  return database;
}

const server = createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address();
const options = {
  database: open(process.argv[2]),
  secret: "a-secret-of-the-benchmark-and-of-nothing-else",
  baseURL: `http://127.0.0.1:${port}`,
  trustedOrigins: ["http://127.0.0.1"],
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  logger: { level: "error" },
  plugins: [admin()],
};
await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);
const handler = toNodeHandler(auth);
server.on("request", handler);

const cookieOf = (headers) => headers.getSetCookie().map((each) => each.split(";")[0]).join("; ");
const { internalAdapter, adapter } = await auth.$context;
const signedUp = await auth.api.signUpEmail({
  body: { name: "Jan", email: "jan@example.nl", password: "of the benchmark" }, returnHeaders: true,
});
await internalAdapter.updateUser(signedUp.response.user.id, { role: "admin" });
const cookie = cookieOf(signedUp.headers);
const ids = [];
for (let at = 0; at < users; at++) {
  ids.push((await internalAdapter.createUser({ name: "Piet", email: `piet${at}@example.nl`, emailVerified: true })).id);
}
const cookies = [];
for (let at = 0; at < sessions; at++) {
  const { headers } = await auth.api.impersonateUser({
    body: { userId: ids[at] }, headers: new Headers({ cookie }), returnHeaders: true,
  });
  cookies.push(cookieOf(headers));
}
if ((await adapter.count({ model: "session" })) < sessions) throw new Error("no sessions were made");
console.log(JSON.stringify({ port, cookie, ids, cookies }));
