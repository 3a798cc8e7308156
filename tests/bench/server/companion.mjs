// hallpassd with a directory of many users, each of whom has given standing access.
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import { start } from "./process.mjs";

const issuer = "https://idp.example.com";
const audience = "hallpass";
export const secret = "a-shared-secret-of-the-benchmark-alone";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
function bearer(sub, more = {}) {
  const now = Math.floor(Date.now() / 1000);
  const input = `${part({ alg: "HS256", typ: "JWT" })}.${part({ iss: issuer, aud: audience, sub, iat: now, exp: now + 36_000, ...more })}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}
export const credential = (sub, more) => ["Authorization", `Bearer ${bearer(sub, more)}`];
export const service = credential("edge", { roles: ["service"] });

const directory = [
  { type: "tenant", id: "farm", name: "Farm" },
  { type: "user", id: "jan", name: "Jan", email: "jan@example.nl", roles: ["helpdeskAgent"] },
  { type: "user", id: "piet", name: "Piet de Boer", email: "piet@example.nl", timeZone: "Europe/Amsterdam" },
  { type: "user", id: "ada", name: "Ada", email: "ada@example.nl", roles: ["helpdeskAdmin"] },
  { type: "membership", tenantId: "farm", userId: "jan" },
  { type: "membership", tenantId: "farm", userId: "ada" },
  { type: "membership", tenantId: "farm", userId: "piet", scopes: ["parcels:read", "parcels:update"] },
];

/** Piet, many times over, with what belongs to him. */
function copies(count, columnsOf) {
  const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  const copy = (table, of, changed) => {
    const columns = columnsOf[table];
    return `${many} INSERT INTO ${table} (${columns.join(", ")}) SELECT ${columns.map((name) => changed[name] ?? `t.${name}`).join(", ")} ` +
      `FROM ${table} t, n WHERE t.${of} = 'piet'`;
  };
  return [
    copy("users", "id", { id: "'piet' || n.i" }),
    copy("memberships", "user_id", { user_id: "'piet' || n.i" }),
    copy("grants", "subject_id", { id: "t.id || n.i", subject_id: "'piet' || n.i" }),
  ];
}
const tables = ["users", "memberships", "grants"];

async function copyPiet(database, count) {
  if (database.startsWith("sqlite:")) {
    const file = new Database(database.slice("sqlite:".length));
    const columns = Object.fromEntries(tables.map((table) => [table, file.pragma(`table_info(${table})`).map(({ name }) => name)]));
    for (const statement of copies(count, columns)) file.exec(statement);
    file.close();
    return;
  }
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  const columns = {};
  for (const table of tables) columns[table] = (await client.query(`SELECT * FROM ${table} LIMIT 0`)).fields.map(({ name }) => name);
  for (const statement of copies(count, columns)) await client.query(statement);
  await client.query("ANALYZE");
  await client.end();
}

const post = async (url, path, [name, value], body) => {
  const answer = await fetch(`${url}${path}`, { method: "POST", headers: { "Content-Type": "application/json", [name]: value }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};

/** A folder, a database with `users` copies of Piet in it (piet1, piet2, …), and how to start the server on them. */
export async function makeCompanion(program, { users, database: given }) {
  const folder = mkdtempSync(join(tmpdir(), "hallpass-bench-"));
  const file = (name) => join(folder, name);
  const database = given ?? `sqlite:${file("hallpass.db")}`;
  writeFileSync(file("secret"), secret, { mode: 0o600 });
  writeFileSync(file("directory.jsonl"), directory.map((each) => JSON.stringify(each)).join("\n"));
  execFileSync(program, ["import", file("directory.jsonl"), "--database", database], { stdio: "ignore" });
  const serve = async () => {
    const server = await start(program, ["serve", "--port", "0", "--database", database, "--key-file", file("keys.json"),
      "--change-limit", "unlimited", "--user-streams", "1000000",
      "--identity", `issuer=${issuer},audience=${audience},secret=${file("secret")}`], /listens on .*:(\d+)\n/);
    const port = Number(server.match[1]);
    return { ...server, port, post: (path, who, body) => post(`http://127.0.0.1:${port}`, path, who, body) };
  };
  const first = await serve();
  await first.post("/api/v1/support-access/grants/standing", credential("piet"), { tenantId: "farm", preset: "one_week" });
  await first.stop();
  await copyPiet(database, users);
  return { serve, file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export const startOf = (user) => ({
  path: "/admin/support-access/requests",
  type: "application/json",
  body: JSON.stringify({ tenantId: "farm", targetUserId: user, reason: "The parcel does not show on the map" }),
});
