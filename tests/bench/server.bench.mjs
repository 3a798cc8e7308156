// The companion server against better-auth with its admin plugin on Node, 16 connections, on SQLite and on PostgreSQL;
// against what the machine gives (a bare Beast server; one that signs and stores as many rows); memory; time to ready.
// Not equal: a start checks a bearer, every condition and the consent, signs, and stores session, token and two chained
// entries of the record in one transaction; impersonate looks up its admin's cookie and the user, and stores a session.
// The bare server's and the hand-made one's rows have no index and no content; they check no condition. better-auth is
// given WAL and synchronous=FULL, as hallpassd has them, and no rate limit, as hallpassd has none here on what one
// caller may change: one agent starts thousands of sessions a second. Introspection and validate-token verify an
// Ed25519 signature and read the session; get-session an HMAC, and reads it too. All share the processors with wrk.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ratio, report } from "./core/measure.mjs";
import { credential, makeCompanion, secret, service, startOf } from "./server/companion.mjs";
import { withPostgresql } from "./server/postgresql.mjs";
import { resident, residentMost, start } from "./server/process.mjs";
import { median } from "./token/turns.mjs";
import { load, needWrk, writeRequests } from "./server/wrk.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const built = process.env.HALLPASS_BENCH_BUILD ?? join(here, "../../build/bench");
const hallpassd = join(built, "server/hallpassd");
const rounds = Number(process.env.HALLPASS_BENCH_ROUNDS ?? 3);
const seconds = Number(process.env.HALLPASS_BENCH_SECONDS ?? 3);
// More than can be started in all rounds, each of whom is started for once.
const users = 20_000 * rounds * seconds;
const live = 64;

/** One turn of a subject; one that needs other requests each time goes on where it was. */
async function turn(subject, duration) {
  const result = await load(subject.port, subject.file, { seconds: duration, from: subject.from });
  if (subject.from !== undefined) subject.from += result.requests + 100; // those under way at the end too
  return result;
}

/** Subjects that take turns. @returns by name, each turn's rate and latencies */
async function takeTurns(subjects) {
  const results = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (const subject of Object.values(subjects)) await turn(subject, 1);
  for (let round = 0; round < rounds; round++) {
    for (const [name, subject] of Object.entries(subjects)) results[name].push(await turn(subject, seconds));
  }
  return results;
}

const ratesOf = (turns) => turns.map(({ rate }) => rate);
/** How many times faster one is than the other: the median of the rounds' ratios. */
const faster = (turns, others) => median(turns.map(({ rate }, round) => rate / others[round].rate));

function reportAll(place, results) {
  for (const [name, turns] of Object.entries(results)) {
    report(`${place}.${name}`, median(ratesOf(turns)), "answers/s");
    report(`${place}.${name}.p99`, median(turns.map(({ p99 }) => p99)), "ms");
  }
}

/** What hallpassd is asked, and the 64 live tokens that it is asked about. */
async function hallpassSubjects(server, file) {
  const agent = credential("jan");
  const tokens = [];
  for (let at = 1; at <= live; at++) {
    const { path, body } = startOf(`piet${at}`);
    tokens.push((await server.post(path, agent, JSON.parse(body))).delegatedToken);
  }
  const starts = Array.from({ length: users - live }, (_, at) => ({ ...startOf(`piet${live + 1 + at}`), credential: agent }));
  const introspections = tokens.map((token) => ({
    path: "/oauth/introspect", credential: service, type: "application/x-www-form-urlencoded", body: `token=${token}`,
  }));
  const validations = tokens.map((token) => ({
    path: "/api/v1/support-access/validate-token", type: "application/json", body: JSON.stringify({ token }),
  }));
  const { port } = server;
  return {
    start: { port, file: writeRequests(file("starts"), starts), from: 1 },
    introspect: { port, file: writeRequests(file("introspections"), introspections) },
    validate: { port, file: writeRequests(file("validations"), validations) },
  };
}

async function betterAuth(database, file) {
  const began = performance.now();
  const server = await start(process.execPath, [join(here, "server/better_auth.mjs"), database], /^\{.*\}$/m, { NODE_ENV: "production" });
  report("better-auth.ready", performance.now() - began, "ms, with its directory made");
  const { port, cookie, ids, cookies } = JSON.parse(server.match[0]);
  const impersonations = ids.map((userId) => ({
    path: "/api/auth/admin/impersonate-user", credential: ["Cookie", cookie], type: "application/json", body: JSON.stringify({ userId }),
  }));
  const looks = cookies.map((each) => ({ method: "GET", path: "/api/auth/get-session", credential: ["Cookie", each] }));
  return {
    ...server,
    subjects: {
      "better-auth.impersonate": { port, file: writeRequests(file("impersonations"), impersonations) },
      "better-auth.get-session": { port, file: writeRequests(file("looks"), looks) },
    },
  };
}

/** The bare server and the one by hand. */
async function limits(file, subjects) {
  const bare = await start(join(built, "tests/bench/bare_server"), [file("bare.db")], /:(\d+)\n/);
  const hand = await start(process.execPath, [join(here, "server/by_hand.mjs"), file("hand.db"), secret], /^\{"port":(\d+)\}$/m);
  const hello = writeRequests(file("hello"), [{ method: "GET", path: "/" }]);
  return {
    subjects: {
      "bare.hello": { port: Number(bare.match[1]), file: hello },
      "bare.start": { port: Number(bare.match[1]), file: subjects.start.file },
      "by_hand.start": { port: Number(hand.match[1]), file: subjects.start.file },
    },
    stop: async () => {
      await bare.stop();
      await hand.stop();
    },
  };
}

function judge(place, results, bars) {
  reportAll(place, results);
  ratio(`${place}.start/better-auth.impersonate`, faster(results.start, results["better-auth.impersonate"]), bars.start);
  for (const name of ["introspect", "validate"]) {
    ratio(`${place}.${name}/better-auth.get-session`, faster(results[name], results["better-auth.get-session"]), 60);
  }
  ratio(`${place}.start.p99/10ms`, median(results.start.map(({ p99 }) => p99)) / 10, 1, "at most");
}

/** Servers started in turn, and whatever happens stopped again, the last one first. */
async function inOrder(work) {
  const stops = [];
  const started = async (promise) => {
    const one = await promise;
    stops.unshift(one.stop);
    return one;
  };
  try {
    await work(started);
  } finally {
    for (const stop of stops) await stop();
  }
}

async function onSqlite() {
  const companion = await makeCompanion(hallpassd, { users });
  await inOrder(async (started) => {
    await started({ stop: companion.remove });
    const server = await started(companion.serve());
    report("sqlite.memory.idle", resident(server.pid), "MiB");
    ratio("sqlite.memory.idle/16MiB", resident(server.pid) / 16, 1, "at most");
    const subjects = await hallpassSubjects(server, companion.file);
    const peer = await started(betterAuth(`sqlite:${companion.file("better-auth.db")}`, companion.file));
    const bare = await started(limits(companion.file, subjects));
    const results = await takeTurns({ ...subjects, ...peer.subjects, ...bare.subjects });
    judge("sqlite", results, { start: 25 });
    ratio("sqlite.start/bare.start", faster(results.start, results["bare.start"]), 0.5);
    ratio("sqlite.start/by_hand.start", faster(results.start, results["by_hand.start"]), 2.5);
    for (const name of ["introspect", "validate"]) ratio(`sqlite.${name}/bare.hello`, faster(results[name], results["bare.hello"]), 0.4);
    report("sqlite.memory.load", residentMost(server.pid), "MiB");
    ratio("sqlite.memory.load/64MiB", residentMost(server.pid) / 64, 1, "at most");
    report("better-auth.memory.load", residentMost(peer.pid), "MiB");
  });
}

async function onPostgresql() {
  await withPostgresql(async ({ hallpass, betterAuth: other }) => {
    const companion = await makeCompanion(hallpassd, { users, database: hallpass });
    await inOrder(async (started) => {
      await started({ stop: companion.remove });
      const server = await started(companion.serve());
      const subjects = await hallpassSubjects(server, companion.file);
      const peer = await started(betterAuth(other, companion.file));
      judge("postgresql", await takeTurns({ ...subjects, ...peer.subjects }), { start: 15 });
    });
  });
}

/** From the start of the process to its first answer that says it is ready, on a file that is there already. */
async function readiness() {
  const companion = await makeCompanion(hallpassd, { users: 10_000 });
  try {
    const times = [];
    for (let round = 0; round < 15; round++) {
      const began = performance.now();
      const server = await companion.serve();
      const answer = await fetch(`http://127.0.0.1:${server.port}/readyz`);
      if (!answer.ok) throw new Error("it is not ready when it says that it listens");
      times.push(performance.now() - began);
      await server.stop();
    }
    report("ready", median(times), "ms");
    ratio("ready/60ms", median(times) / 60, 1, "at most");
  } finally {
    companion.remove();
  }
}

const parts = { ready: readiness, sqlite: onSqlite, postgresql: onPostgresql };
needWrk();
const asked = process.argv.slice(2);
for (const part of asked.length > 0 ? asked : Object.keys(parts)) await parts[part]();
