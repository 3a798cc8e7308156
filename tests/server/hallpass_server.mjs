// The real hallpassd with a directory of its own, for tests in Node: on a SQLite file, or on the cluster that
// HALLPASS_TEST_POSTGRESQL names.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
export const hallpassd = process.env.HALLPASSD ?? join(root, "build/native/server/hallpassd");
const secret = "a-test-secret-of-more-than-32-bytes!";
const issuer = "https://idp.test";
const text = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A bearer of the configured issuer. */
export function bearer(sub, more = {}) {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const input = `${text({ alg: "HS256", typ: "JWT" })}.${text({ iss: issuer, aud: "hallpass", sub, exp, ...more })}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

/** A database of a test's own. */
export function databaseFor(folder) {
  const cluster = process.env.HALLPASS_TEST_POSTGRESQL;
  if (cluster === undefined) return `sqlite:${join(folder, "test.db")}`;
  const name = `node_${randomUUID().replaceAll("-", "")}`;
  const made = spawnSync("psql", [cluster, "-qc", `CREATE DATABASE ${name} OWNER hallpass`], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  return cluster.replace("postgres@/postgres?", `hallpass@/${name}?`);
}

/** What a statement gives when it is run beside the server. */
export function sqlOn(database, statement) {
  const [program, ...options] = database.startsWith("sqlite:")
    ? ["sqlite3", database.slice("sqlite:".length), ".timeout 5000", statement]
    : ["psql", database, "-qAtc", statement];
  const { status, stdout, stderr } = spawnSync(program, options, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout;
}

export class HallpassServer {
  #child;
  #settings;

  /**
   * @param directory lines for `hallpassd import`
   * @param importing settings that the import needs to understand them
   */
  static async start(directory, settings = [], importing = []) {
    const server = new HallpassServer();
    server.folder = mkdtempSync(join(tmpdir(), "hallpass-node-"));
    server.keyFile = join(server.folder, "keys.json");
    server.database = databaseFor(server.folder);
    server.#settings = settings;
    writeFileSync(join(server.folder, "secret"), secret);
    writeFileSync(join(server.folder, "directory"), directory.map((each) => JSON.stringify(each)).join("\n"));
    const imported = server.run("import", join(server.folder, "directory"), ...importing);
    assert.equal(imported.status, 0, imported.stderr);
    await server.#serve();
    return server;
  }

  /** Runs another command on the same database. */
  run(...command) {
    return spawnSync(hallpassd, [...command, "--database", this.database], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  }

  async #serve() {
    this.#child = spawn(hallpassd, ["serve", "--port", "0", "--database", this.database, "--key-file", this.keyFile,
      "--credential-burst", "1000000", ...["change", "request", "start"].flatMap((name) => [`--${name}-limit`, "unlimited"]), "--identity", `issuer=${issuer},audience=hallpass,secret=${join(this.folder, "secret")}`,
      ...this.#settings], { stdio: ["ignore", "pipe", "inherit"] });
    this.base = await new Promise((ready, fail) => {
      this.#child.once("exit", (code) => fail(new Error(`hallpassd ended with ${code}`)));
      this.#child.stdout.on("data", (output) => ready(/http:\S+/.exec(String(output))[0]));
    });
  }

  async #end() {
    const gone = new Promise((over) => this.#child.once("exit", over));
    this.#child.kill("SIGTERM");
    await gone;
  }

  async restart() {
    await this.#end();
    await this.#serve();
  }

  async stop() {
    await this.#end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @param who a user's id, nobody (null), or `{ bearer }` */
  async ask(who, method, path, body) {
    const token = who === null ? null : (who.bearer ?? bearer(who));
    const response = await fetch(this.base + path, {
      method,
      headers: { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
  }
}
