// How long an ended session still passes at a worker: from the server's answer to the end, to the first refusal,
// with requests all the while. A real hallpassd and a real workerd, on the loopback.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePorts } from "../../browser/free_ports.mjs";
import { startWorkerd } from "../../edge/workerd.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const audience = "hallpass";

async function until(condition, what, deadlineMs = 20_000) {
  for (const end = Date.now() + deadlineMs; ; ) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function startServer(program) {
  const folder = mkdtempSync(join(tmpdir(), "hallpass-bench-"));
  const database = `sqlite:${join(folder, "hallpass.db")}`;
  const port = await freePorts();
  const url = `http://127.0.0.1:${port}`;
  execFileSync(program, ["import", join(here, "../../../demo/data.jsonl"), "--database", database], { stdio: "ignore" });
  const child = spawn(
    program,
    ["serve", "--demo", "--listen", "127.0.0.1", "--port", String(port), "--database", database,
      "--public-url", url, "--app-url", url, "--audience", audience, "--start-limit", "unlimited"],
    { stdio: "ignore" },
  );
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const stop = async () => {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until(() => fetch(`${url}/healthz`).then(({ ok }) => ok, () => false), "hallpassd answers");
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { url, stop };
}

/** Calls as somebody who is signed in. */
async function signedIn(url, userId) {
  const json = { "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin" };
  const response = await fetch(`${url}/demo/sign-in`, { method: "POST", headers: json, body: JSON.stringify({ userId }) });
  const cookie = response.headers.get("Set-Cookie").split(";")[0];
  return async (path, body) => {
    const answer = await fetch(`${url}${path}`, { method: "POST", headers: { ...json, Cookie: cookie }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
}

const sessions = "/api/v1/support-access/support-sessions";

async function oneEnd(agent, workerUrl, way) {
  const { session, delegatedToken } = await agent(sessions, { tenantId: "de-akker", targetUserId: "piet", reason: "measuring revocation" });
  const headers = { Authorization: `Bearer ${delegatedToken}` };
  const ask = async () => {
    const response = await fetch(`${workerUrl}/${way}`, { headers });
    await response.arrayBuffer();
    return response.status;
  };
  await until(async () => (await ask()) === 200, "the session is live at the worker");
  // Not in step with the list's age.
  for (const end = Date.now() + Math.random() * 1000; Date.now() < end; ) await ask();
  await agent(`${sessions}/${session.id}/end`, { reason: "completed" });
  const answered = performance.now();
  await until(async () => (await ask()) === 401, "the session is refused");
  return performance.now() - answered;
}

/** @returns milliseconds of each end, by way */
export async function revocations(program, { rounds = 60 } = {}) {
  const server = await startServer(program);
  let worker;
  try {
    worker = await startWorkerd("../bench/token/revoked.worker.mjs", { issuer: server.url, audience });
    const user = await signedIn(server.url, "piet");
    await user("/api/v1/support-access/grants/standing", { tenantId: "de-akker", preset: "one_week" });
    const agent = await signedIn(server.url, "jan");
    const times = { polled: [], pushed: [] };
    for (let round = 0; round < rounds; round++) {
      for (const way of Object.keys(times)) times[way].push(await oneEnd(agent, worker.url, way));
    }
    return times;
  } finally {
    await worker?.stop();
    await server.stop();
  }
}
