// A real hallpassd in production settings (no --demo), with an identity provider of the test's own, and
// the people of the demo: Piet, a user; Jan, a support agent.

import { spawn, spawnSync } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePorts } from "../browser/free_ports.mjs";
import { saysReady } from "./ready.mjs";

export const root = resolve(import.meta.dirname, "../..");
export const hallpassd = process.env.HALLPASSD ?? join(root, "build/native/server/hallpassd");
const provider = "https://login.example.com";
/** What hallpassd says once it can be asked. */
export const listens = /hallpassd listens on/;

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A bearer token as an identity provider gives it (HS256, a shared secret). */
function bearer(secret, claims) {
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: "HS256", typ: "at+jwt" })}.${part({ iss: provider, aud: "hallpass", iat: now, exp: now + 3600, ...claims })}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function checked(program, parameters) {
  const { status, stderr, error } = spawnSync(program, parameters, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${parameters[0]}: ${error?.message ?? stderr}`);
}

/**
 * @param settings further parameters of `hallpassd serve`
 * @returns `{ url, audience, database, bearer(userId), call, consent, act, stop }`
 */
export async function startHallpass(...settings) {
  const folder = mkdtempSync(join(tmpdir(), "hallpass-guides-"));
  const secret = randomBytes(32).toString("hex");
  const file = (name) => join(folder, name);
  writeFileSync(file("secret"), secret, { mode: 0o600 });
  const database = `sqlite:${file("hall.db")}`;
  checked(hallpassd, ["import", join(root, "demo/data.jsonl"), "--database", database]);
  const port = await freePorts();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(hallpassd, [
    "serve", "--port", String(port), "--public-url", url, "--database", database, "--audience", "farm",
    "--identity", `issuer=${provider},audience=hallpass,secret=${file("secret")}`, ...settings,
  ], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((done) => child.once("exit", done));
  await saysReady(child, "hallpassd", listens);
  const people = (userId) => bearer(secret, { sub: userId });
  const call = async (who, method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${who}`, ...(body && { "Content-Type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    url,
    audience: "farm",
    /** The SQLite file. */
    database: file("hall.db"),
    /** What signs in a person of the directory. */
    bearer: people,
    call,
    ...support(call, people),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The way from a request to an act-as token, by the people themselves. */
function support(call, people) {
  const api = "/api/v1/support-access";
  let tickets = 0;
  const asked = () => ({ tenantId: "de-akker", targetUserId: "piet", ticketId: `T-${tickets}`, reason: "The parcel is not on the map" });
  return {
    /** Jan asks, Piet says yes. @returns the grant, and `withdraw()` by Piet */
    consent: async () => {
      tickets += 1;
      const grant = await call(people("jan"), "POST", `${api}/grants`, asked());
      await call(people("piet"), "POST", `${api}/grants/${grant.id}/grant`, { preset: "one_week" });
      return { ...grant, withdraw: () => call(people("piet"), "POST", `${api}/grants/${grant.id}/revoke`, {}) };
    },
    /** Jan starts on the strength of the last consent. @returns `{ session, token }` */
    act: async (scopes) => {
      const { session, delegatedToken } = await call(people("jan"), "POST", `${api}/support-sessions`, { ...asked(), ...(scopes && { scopes }) });
      return { session, token: delegatedToken };
    },
  };
}
