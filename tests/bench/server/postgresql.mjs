// A PostgreSQL cluster of the benchmark's own, with fsync as PostgreSQL has it, and a database for each side.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { start } from "./process.mjs";

const script = join(dirname(fileURLToPath(import.meta.url)), "../../server/postgresql.sh");

async function makeDatabases(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const names = { hallpass: "hallpass", betterAuth: "better_auth" };
  for (const name of Object.values(names)) await client.query(`CREATE DATABASE ${name} OWNER hallpass`);
  await client.end();
  return Object.fromEntries(Object.entries(names).map(([side, name]) => [side, url.replace("postgres@/postgres?", `hallpass@/${name}?`)]));
}

/** Runs the work with the URLs of two empty databases. */
export async function withPostgresql(work) {
  const cluster = await start("bash", [script, "run", "sh", "-c", "echo $HALLPASS_TEST_POSTGRESQL; exec cat"], /(postgresql:.*)\n/,
    { HALLPASS_TEST_FSYNC: "on" });
  try {
    await work(await makeDatabases(cluster.match[1]));
  } finally {
    await cluster.stop();
  }
}
