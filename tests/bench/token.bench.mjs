// Tokens: verified for the first time and again, in Node and in real workerd; a guarded service; memory; status
// lists; weight; and natively. Not equal: hallpass checks more than its peers (token/subjects.mjs says what); only
// hallpass and fast-jwt remember; raw is the signature alone; fast-jwt runs in Node alone, and does not look at
// scopes or revocation; the guarded service also checks scopes and revocation, which jose's does not.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { createPublicKey, randomBytes } from "node:crypto";
import { createVerifier as createFastVerifier } from "fast-jwt";
import { startWorkerd } from "../edge/workerd.mjs";
import { audience, base64url, claims, issuer, makeKey, sign, statusListToken } from "../js/issuer.mjs";
import { ratio, report } from "./core/measure.mjs";
import { revocations } from "./token/revocation.mjs";
import { serviceTimes } from "./token/service.mjs";
import { makeSubjects } from "./token/subjects.mjs";
import { byCpu, cpuOf, median, ratioOf, takeTurns } from "./token/turns.mjs";
import { weights } from "./token/weight.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const built = process.env.HALLPASS_BENCH_BUILD ?? join(here, "../../build/bench");
const algorithms = ["EdDSA", "ES256", "HS256"];
const coldBars = { EdDSA: 1.06, ES256: 1.06, HS256: 2 };

/** A token of the algorithm that holds for the next hour, as hallpassd issues them, and its list. */
async function makeToken(alg) {
  const key = await makeKey(alg);
  const uri = "https://api.example.com/status/1";
  const iat = Math.floor(Date.now() / 1000);
  const times = { iat, exp: iat + 3600 };
  const token = await sign(key, claims({ ...times, status: { status_list: { idx: 412, uri } } }));
  const list = await statusListToken(key, uri, Array.from({ length: 1024 }, () => 0), times);
  return { alg, jwk: key.jwk, token, list, issuer, audience };
}

function withFastJwt(subjects, { alg, jwk, token }) {
  const key = alg === "HS256" ? Buffer.from(jwk.k, "base64url") : createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "pem" });
  const options = { key, algorithms: [alg], allowedIss: issuer, allowedAud: audience };
  const cached = createFastVerifier({ ...options, cache: 10_000 });
  const uncached = createFastVerifier(options);
  const repeated = (verify) => async (calls) => {
    for (let call = 0; call < calls; call++) verify(token);
  };
  return { ...subjects, "fast-jwt": repeated(uncached), "fast-jwt.cached": repeated(cached) };
}

function judge(place, alg, times) {
  for (const [name, each] of Object.entries(times)) report(`${place}.${alg}.${name}`, median(each), "µs");
  const label = (peer, mine) => `${place}.${alg}.${peer}/${mine}`;
  const cold = times["hallpass.cold"];
  ratio(label("hallpass.cold", "raw"), ratioOf(cold, times.raw), coldBars[alg], "at most");
  for (const peer of ["jose", "hono", "tsndr"]) {
    if (times[peer] !== undefined) ratio(label(peer, "hallpass.cold"), ratioOf(times[peer], cold), 1);
  }
  ratio(label("hallpass.warm", "1.2µs"), median(times["hallpass.warm"]) / 1.2, 1, "at most");
  if (alg === "EdDSA") ratio(label("jose", "hallpass.warm"), ratioOf(times.jose, times["hallpass.warm"]), 40);
  const cached = times["fast-jwt.cached"];
  if (cached !== undefined) ratio(label("fast-jwt.cached", "hallpass.warm"), ratioOf(cached, times["hallpass.warm"]), 2);
}

async function inNode(tokens) {
  for (const alg of algorithms) {
    const subjects = withFastJwt(await makeSubjects(tokens[alg]), tokens[alg]);
    judge("node", alg, await takeTurns(subjects));
  }
}

async function inWorkerd(tokens) {
  const worker = await startWorkerd("../bench/token/verify.worker.mjs", { tokens });
  try {
    for (const alg of algorithms) {
      const ask = async (query) => {
        const response = await fetch(`${worker.url}/?alg=${alg}${query}`);
        const text = await response.text();
        if (!response.ok) throw new Error(`${alg}${query}: ${response.status} ${text}`);
        return text;
      };
      const names = JSON.parse(await ask(""));
      const subjects = Object.fromEntries(names.map((name) => [name, (calls) => ask(`&subject=${name}&calls=${calls}`)]));
      judge("workerd", alg, await takeTurns(subjects, { milliseconds: 60, cpu: cpuOf(worker.pid) }));
    }
  } finally {
    await worker.stop();
  }
}

async function guardedService(token) {
  const ways = ["open", "again", "guarded", "unannotated", "recorded", "copied", "jose"];
  const times = await serviceTimes(token, ways, { rounds: 35, requests: 250 });
  const label = (way) => `service.${token.alg}.${way}`;
  const rate = (way, clock) => ratioOf(times.open[clock], times[way][clock]);
  for (const way of ways) {
    report(label(way), 1000 / median(times[way].wall), "requests/s");
    report(`${label(way)}.cpu`, median(times[way].cpu) * 1000, "µs of workerd's processors a request");
    report(`${label(way)}.cpu/open`, rate(way, "cpu"), "of the same service");
  }
  report(label("asking"), median(times.open.asking) * 1000, "µs of processors a request, in the process that asks");
  const clock = byCpu ? "cpu" : "wall";
  for (const way of ["guarded", "unannotated"]) ratio(`${label(way)}/open`, rate(way, clock), 0.9);
  for (const way of ["again", "recorded", "copied", "jose"]) report(`${label(way)}/open`, rate(way, clock), "of the same service");
}

const printed = (...command) => JSON.parse(execFileSync(process.execPath, command, { encoding: "utf8", cwd: here }));

function room() {
  const cache = printed("--expose-gc", join(here, "token/memory.mjs"));
  report("cache.heap", cache.heap / 1e6, "MB");
  report("cache.module", cache.module / 1e6, "MB");
  ratio("cache.10000_tokens/8MB", (cache.heap + cache.module) / 8e6, 1, "at most");
  for (const kind of ["random", "sparse"]) {
    const list = printed("--expose-gc", join(here, "token/list.mjs"), kind);
    report(`list.${kind}.token`, list.token / 1e3, "kB");
    report(`list.${kind}.refresh`, list.refresh, "ms");
    report(`list.${kind}.kept`, list.kept / 1e6, "MB");
    ratio(`list.${kind}.refresh/5ms`, list.refresh / 5, 1, "at most");
    ratio(`list.${kind}.kept/1MB`, list.kept / 1e6, 1, "at most");
  }
}

/** The same in workerd: two lists of 1,000,000 random entries in turn, everything but the network. */
async function listInWorkerd() {
  const key = await makeKey("EdDSA");
  const uri = "https://api.example.com/status/1";
  const iat = Math.floor(Date.now() / 1000);
  const times = { iat, exp: iat + 3600 };
  const token = await sign(key, claims({ ...times, status: { status_list: { idx: 0, uri } } }));
  const live = (bits) => bits.fill(bits[0] & 0xfe, 0, 1); // the token's own entry
  const listOf = (bits) => ({ status_list: { bits: 1, lst: base64url(deflateSync(live(bits), { level: 9 })) } });
  const lists = await Promise.all(
    [0, 1].map(() => statusListToken(key, uri, [], { ...times, ...listOf(randomBytes(1_000_000 / 8)) })),
  );
  const worker = await startWorkerd("../bench/token/list.worker.mjs", { token, jwk: key.jwk, lists, issuer, audience });
  try {
    const refresh = async (calls) => {
      const response = await fetch(`${worker.url}/?calls=${calls}`);
      if (!response.ok) throw new Error(`list: ${response.status} ${await response.text()}`);
    };
    const measured = await takeTurns({ refresh }, { milliseconds: 100, cpu: cpuOf(worker.pid) });
    report("list.workerd.refresh", median(measured.refresh) / 1000, "ms");
    ratio("list.workerd.refresh/5ms", median(measured.refresh) / 5000, 1, "at most");
  } finally {
    await worker.stop();
  }
}

function native() {
  const program = join(built, "tests/bench/token_bench");
  if (!existsSync(program)) throw new Error(`${program} is missing`);
  const lines = execFileSync(program, { encoding: "utf8" }).trim().split("\n");
  const ns = Object.fromEntries(lines.map((line) => line.split(" ")).map(([name, value]) => [name, Number(value)]));
  for (const [name, value] of Object.entries(ns)) report(`native.EdDSA.${name}`, value / 1000, "µs");
  ratio("native.EdDSA.verify/libsodium", ns.verify / ns.open, 1.06, "at most");
  ratio("native.EdDSA.issue/libsodium", ns.issue / ns.sign, 1.15, "at most");
}

async function weight() {
  const bytes = await weights();
  for (const [name, each] of Object.entries(bytes)) report(`weight.${name}`, each, "bytes");
  // What jose's function is to be compared with; and everything there is: guard, record, routes, stream.
  ratio("weight.hallpass.createVerifier/6KB", bytes["hallpass.createVerifier"] / 6000, 1, "at most");
  ratio("weight.hallpass.all/6KB", bytes["hallpass.all"] / 6000, 1, "at most");
}

async function revocation() {
  const times = await revocations(join(built, "server/hallpassd"));
  const bars = { polled: 1000, pushed: 150 };
  for (const [way, each] of Object.entries(times)) {
    const sorted = each.sort((a, b) => a - b);
    const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1];
    report(`revocation.${way}.median`, median(sorted), "ms");
    report(`revocation.${way}.p99`, p99, "ms");
    ratio(`revocation.${way}.p99/${bars[way]}ms`, p99 / bars[way], 1, "at most");
  }
}

const parts = {
  weight,
  native,
  room,
  list: listInWorkerd,
  revocation,
  node: async () => inNode(await tokens()),
  workerd: async () => inWorkerd(await tokens()),
  service: async () => {
    for (const alg of ["EdDSA", "HS256"]) await guardedService((await tokens())[alg]);
  },
};
let made;
const tokens = async () => {
  made ??= Object.fromEntries(await Promise.all(algorithms.map(async (alg) => [alg, await makeToken(alg)])));
  return made;
};
const asked = process.argv.slice(2);
for (const part of asked.length > 0 ? asked : Object.keys(parts)) await parts[part]();
