// Growth: starts of sessions a second on a SQLite file that holds many grants and entries of the record, against a short
// one of 25 thousand grants (each start needs a user with one) and 125 thousand entries; memory; time to ready. Both are
// the same program on the same disk, in turns, each start for another user, who are taken in no order of theirs, and all
// by one agent, without the limit on changes.
// HALLPASS_BENCH_GRANTS says how many "many" is: a million (3 GB) unless told otherwise; ten million with their fifty
// million entries need 32 GB and half an hour.
// "cold" is the long file just after it was made, when what the operating system has of it in memory is chance, and each
// start is for a user whom nobody asked for before: it reads the disk. "long" is after the indexes and rows that starts
// need were read once, as a server has them that has run for a while.
// Not equal: the old rows are alike but for their numbers; the short file lies in the operating system's memory whole.
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { ratio, report } from "./core/measure.mjs";
import { credential, makeCompanion, startOf } from "./server/companion.mjs";
import { grow } from "./server/grow.mjs";
import { resident, residentMost } from "./server/process.mjs";
import { load, needWrk, writeRequests } from "./server/wrk.mjs";
import { median } from "./token/turns.mjs";

const built = process.env.HALLPASS_BENCH_BUILD ?? join(dirname(fileURLToPath(import.meta.url)), "../../build/bench");
const hallpassd = join(built, "server/hallpassd");
const many = Number(process.env.HALLPASS_BENCH_GRANTS ?? 1_000_000);
const rounds = Number(process.env.HALLPASS_BENCH_ROUNDS ?? 5);
const short = { users: 25_000, grants: 25_000, entries: 125_000 };
const long = { users: Math.max(short.users, many / 10), grants: many, entries: many * 5 };
const stride = 7919; // a prime that divides no number of users here

async function make(wanted) {
  const companion = await makeCompanion(hallpassd, { users: wanted.users });
  grow(companion.file("hallpass.db"), wanted);
  const began = performance.now();
  const server = await companion.serve();
  const ready = performance.now() - began;
  const agent = credential("jan");
  const starts = Array.from({ length: short.users }, (_, at) => ({ ...startOf(`piet${((at * stride) % wanted.users) + 1}`), credential: agent }));
  const file = writeRequests(companion.file("starts"), starts);
  return { companion, server, ready, file, from: 1, idle: resident(server.pid), size: statSync(companion.file("hallpass.db")).size };
}

/** Has the operating system read what starts look at: users, their memberships and open grants, and where entries go. */
function readOnce(database) {
  const file = new Database(database, { readonly: true });
  for (const each of [
    "SELECT SUM(LENGTH(name)) FROM users",
    "SELECT COUNT(*) FROM users WHERE id > ''",
    "SELECT SUM(LENGTH(scopes)) FROM memberships",
    "SELECT COUNT(*) FROM memberships WHERE tenant_id > ''",
    "SELECT COUNT(*) FROM grants WHERE id > ''", // a session's reference to its grant is checked
    "SELECT SUM(LENGTH(reason)) FROM grants INDEXED BY open_grants_of_subject WHERE status IN ('pending', 'granted')",
    "SELECT COUNT(*) FROM record INDEXED BY record_of_subject WHERE subject_id IS NOT NULL",
  ]) {
    file.prepare(each).pluck().get();
  }
  file.close();
}

/** One turn of a second, for users whose turn has not come yet. */
async function turn(subject) {
  const result = await load(subject.server.port, subject.file, { seconds: 1, from: subject.from });
  subject.from += result.requests + 100; // those under way at the end too
  if (subject.from > short.users) throw new Error("there are too few users for so many rounds");
  return result;
}

needWrk();
const subjects = {};
try {
  subjects.short = await make(short);
  subjects.long = await make(long);
  const cold = await turn(subjects.long);
  readOnce(subjects.long.companion.file("hallpass.db"));
  const turns = { short: [], long: [] };
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(turns)) turns[name].push(await turn(subjects[name]));
  }
  report("growth.grants", long.grants, "grants");
  report("growth.entries", long.entries, "entries");
  report("growth.cold.start", cold.rate, "answers/s");
  report("growth.cold.start.p99", cold.p99, "ms");
  for (const [name, { server, size, ready, idle }] of Object.entries(subjects)) {
    report(`growth.${name}.file`, size / 2 ** 30, "GiB");
    report(`growth.${name}.ready`, ready, "ms");
    report(`growth.${name}.start`, median(turns[name].map(({ rate }) => rate)), "answers/s");
    report(`growth.${name}.start.p99`, median(turns[name].map(({ p99 }) => p99)), "ms");
    report(`growth.${name}.memory.idle`, idle, "MiB");
    report(`growth.${name}.memory.load`, residentMost(server.pid), "MiB");
  }
  ratio("growth.start.long/short", median(turns.long.map(({ rate }, round) => rate / turns.short[round].rate)), 0.8);
  ratio("growth.memory.long/short", residentMost(subjects.long.server.pid) / residentMost(subjects.short.server.pid), 1.05, "at most");
} finally {
  for (const { server, companion } of Object.values(subjects)) {
    await server.stop();
    companion.remove();
  }
}
