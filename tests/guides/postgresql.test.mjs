import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { startCluster } from "./cluster.mjs";
import { promisesOfAGuard } from "./guarded.mjs";
import { openGuide } from "./guide.mjs";

/** Runs SQL as psql does, on the one database. */
function psql(host, user, ...parameters) {
  const { status, stdout, stderr } = spawnSync("psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", host, "-U", user, "postgres", ...parameters], { encoding: "utf8" });
  return { status, rows: stdout.split("\n").filter(Boolean), stderr };
}

const parcels = "INSERT INTO parcels (name, owner, created_by) VALUES ('Akkerzicht', 'piet', 'piet'), ('De Meent', 'els', 'els')";
const host = await startCluster();

promisesOfAGuard("postgresql", async (guide, hallpass) => {
  assert.equal(psql(host, "postgres", "-f", join(guide.folder, "farm.sql"), "-c", parcels).status, 0);
  const environment = { HALLPASS_URL: hallpass.url, PORT: "0", PGHOST: host, PGUSER: "farm_app", PGDATABASE: "postgres" };
  const [, url] = await guide.startScript(environment, /(http:\S+)/);
  return url;
});

test("the database alone decides", async (context) => {
  const guide = openGuide("postgresql");
  context.after(() => guide.close());
  Object.assign(process.env, { PGHOST: host, PGUSER: "farm_app", PGDATABASE: "postgres" });
  const { asSession, close } = await import(join(guide.folder, "database.mjs"));
  context.after(close);
  const names = (query) => query("SELECT name FROM parcels ORDER BY name").then(({ rows }) => rows.map(({ name }) => name));
  const acting = { subject: "piet", actor: "jan", scopes: ["parcels:read", "parcels:write"] };

  assert.deepEqual(psql(host, "farm_app", "-c", "SELECT name FROM parcels").rows, [], "nobody: nothing");
  assert.deepEqual(await asSession({ subject: "els" }, names), ["De Meent"]);
  assert.deepEqual(await asSession({ ...acting, scopes: [] }, names), [], "no scope: nothing");
  await assert.rejects(asSession({ ...acting, scopes: ["parcels:read"] }, (query) => query("INSERT INTO parcels (name) VALUES ('x')")), { code: "42501" });
  await assert.rejects(asSession(acting, (query) => query("INSERT INTO parcels (name, owner) VALUES ('x', 'els')")), { code: "42501" });
  await asSession(acting, (query) => query("INSERT INTO parcels (name) VALUES ('Nieuwland')"));
  assert.deepEqual(await asSession({ subject: "piet" }, names), ["Akkerzicht", "Nieuwland"]);
  const { rows } = psql(host, "postgres", "-c", "SELECT owner, created_by FROM parcels WHERE name = 'Nieuwland'");
  assert.deepEqual(rows, ["piet|jan"], "the actor is not lost");
  assert.deepEqual(psql(host, "postgres", "-c", "SELECT count(*) FROM parcels WHERE name = 'x'").rows, ["0"]);
});
