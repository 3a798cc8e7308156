// Streams of live events: 10,000 open on one hallpassd (SQLite), what each costs in memory, and how long after a user
// began to withdraw access the last of those concerned has been told. Resident memory is the kernel's VmRSS before the
// first stream and with all open. Two rounds: users, agents and admins as they come, and all of them concerned by all.
// hallpassd is told that one user may have any number of streams, and one agent make any number of changes.
// Not equal to a real one: every reader is in one process on the same machine, and takes turns with the server.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ratio, report } from "./core/measure.mjs";
import { credential, makeCompanion, startOf } from "./server/companion.mjs";
import { resident } from "./server/process.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const built = process.env.HALLPASS_BENCH_BUILD ?? join(here, "../../build/bench");
const hallpassd = process.env.HALLPASSD ?? join(built, "server/hallpassd");
const streams = Number(process.env.HALLPASS_BENCH_STREAMS ?? 10_000);
const revocations = Number(process.env.HALLPASS_BENCH_REVOCATIONS ?? 100);
const bars = { kib: 20, ms: 250 };

const bearerOf = (user) => credential(user)[1].slice("Bearer ".length);
const percentile = (values, part) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];

/** The readers of a round. @returns open(), and told(event, id, number): when the last one concerned had it, in ns */
function watch(port, file) {
  const child = spawn(join(built, "tests/bench/watchers"), [String(port), file], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the readers ended");
    return value;
  };
  return {
    open: next,
    told: async (event, id, number) => {
      child.stdin.write(`${event} ${id} ${number}\n`);
      const { seen, wanted, lastNs } = JSON.parse(await next());
      if (seen !== wanted) throw new Error(`${seen} of ${wanted} were told`);
      return lastNs;
    },
    stop: () => new Promise((resolve) => {
      child.on("exit", resolve);
      child.stdin.end();
    }),
  };
}

/**
 * @param readers who reads each stream; those with a * hear of every user
 * @param subjects the users whose access is withdrawn, one after the other
 */
async function round(name, server, file, readers, subjects) {
  writeFileSync(file(`${name}.readers`), readers.map((reader) => bearerOf(reader.replace(" *", "")) + (reader.endsWith(" *") ? " *" : "")).join("\n"));
  const before = resident(server.pid);
  const began = performance.now();
  const watchers = watch(server.port, file(`${name}.readers`));
  await watchers.open();
  report(`${name}.opened`, performance.now() - began, "ms");
  const each = ((resident(server.pid) - before) * 1024) / readers.length;
  report(`${name}.memory`, each, "KiB a stream");
  const delays = [];
  for (const subject of subjects) {
    const { path, body } = startOf(subject);
    const started = watchers.told("impersonation_started", `"${subject}"`, readers.indexOf(subject));
    const { session } = await server.post(path, credential("jan"), JSON.parse(body));
    await started;
    const told = watchers.told("access_revoked", `"${session.grantId}"`, readers.indexOf(subject));
    const asked = process.hrtime.bigint();
    await server.post(`/api/v1/support-access/grants/${session.grantId}/revoke`, credential(subject), {});
    delays.push((await told - Number(asked)) / 1e6);
  }
  report(`${name}.told.p50`, percentile(delays, 0.5), "ms until the last one concerned was told");
  report(`${name}.told.p99`, percentile(delays, 0.99), "ms");
  report(`${name}.memory.after`, ((resident(server.pid) - before) * 1024) / readers.length, "KiB a stream, with all told");
  ratio(`${name}.memory/${bars.kib}KiB`, each / bars.kib, 1, "at most");
  ratio(`${name}.told.p99/${bars.ms}ms`, percentile(delays, 0.99) / bars.ms, 1, "at most");
  await watchers.stop();
}

const companion = await makeCompanion(hallpassd, { users: streams + 2 * revocations });
try {
  const user = (at) => `piet${at + 1}`;
  const staff = Math.floor(streams / 200);
  const mixed = [...Array(staff).fill("jan *"), ...Array(staff).fill("ada *"), ...Array.from({ length: streams - 2 * staff }, (_, at) => user(at))];
  const all = Array(streams).fill("ada *");
  const subjects = (from) => Array.from({ length: revocations }, (_, at) => user(from + at));
  for (const [name, readers, from] of [["mixed", mixed, 0], ["all", all, revocations]]) {
    const server = await companion.serve();
    await round(name, server, companion.file, readers, subjects(from));
    await server.stop();
  }
} finally {
  companion.remove();
}
