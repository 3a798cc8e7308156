// A PostgreSQL of a test's own.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { after } from "node:test";
import { root } from "./hallpass.mjs";

/** Starts one that ends with the tests of the file. @returns its socket's folder; `postgres` administers it */
export async function startCluster() {
  const child = spawn(join(root, "tests/server/postgresql.sh"), ["run", "sh", "-c", 'echo "$HALLPASS_TEST_CLUSTER_FOLDER"; cat'], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((done) => child.once("exit", done));
  after(async () => {
    child.stdin.end();
    await ended;
  });
  return new Promise((ready, fail) => {
    child.stdout.once("data", (text) => ready(String(text).trim()));
    child.once("exit", (code) => fail(new Error(`PostgreSQL did not start (${code})`)));
  });
}
