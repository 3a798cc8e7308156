// The policy core: the decision to start a session, expiry presets, weight and first answer.
// Not equal: casbin (the peer) has the conditions in its matcher's expression, with functions for the two things
// that its language lacks, sets and membership; casbin_function has them all in one JavaScript function, which
// measures little of casbin and is printed beside it. Both, and Cedar, are handed the reason's length and whether
// another session is active, where Hallpass looks itself. Cedar's entities cross as JSON, as its interface asks;
// the date libraries use this Node's own time-zone data. Answers are checked to be the same first.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { expiryQuestion } from "./core/expiry.mjs";
import { measure, ratio, report } from "./core/measure.mjs";
import { startQuestion } from "./core/start.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const packageEntry = join(root, "js/dist/index.js");
const { loadCore } = await import(packageEntry);
const core = await loadCore();

const start = measure(await startQuestion(core));
for (const [name, ns] of Object.entries(start)) report(`start.${name}`, ns / 1000, "µs");
ratio("start.cedar/hallpass", start.cedar / start.hallpass, 300);
ratio("start.casbin/hallpass", start.casbin / start.hallpass, 8);
report("start.casbin_function/hallpass", start.casbin_function / start.hallpass, "times");

const native = join(process.env.HALLPASS_BENCH_BUILD ?? join(root, "build/bench"), "tests/bench/core_bench");
if (existsSync(native)) {
  const ns = Number(execFileSync(native, { encoding: "utf8" }));
  report("start.native", ns, "ns");
  ratio("start.native/100ns", ns / 100, 1, "at most");
}

const zoneNames = readFileSync("/usr/share/zoneinfo/tzdata.zi", "latin1").split("\n")
  .flatMap((line) => (line.startsWith("Z ") ? [line.split(" ")[1]] : line.startsWith("L ") ? [line.split(" ")[2]] : []))
  .filter((name) => name !== "Factory");
const question = expiryQuestion(core, zoneNames);
report("expiry.zones", question.zones, "zones");
report("expiry.zones_left_out", question.left, "zones");
const expiry = measure(question.subjects);
for (const [name, ns] of Object.entries(expiry)) report(`expiry.${name}`, ns / 1000, "µs");
ratio("expiry.temporal/hallpass", expiry.temporal / expiry.hallpass, 5);
ratio("expiry.luxon/hallpass", expiry.luxon / expiry.hallpass, 5);

const brotli = (path) =>
  brotliCompressSync(readFileSync(path), { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } }).length;
const cedarModule = join(dirname(createRequire(import.meta.url).resolve("@cedar-policy/cedar-wasm/nodejs")), "cedar_wasm_bg.wasm");
const weight = { hallpass: brotli(join(root, "js/dist/core.wasm")), cedar: brotli(cedarModule) };
for (const [name, bytes] of Object.entries(weight)) report(`weight.${name}`, bytes / 1000, "KB");
ratio("weight.hallpass/32KB", weight.hallpass / 32_000, 1, "at most");
ratio("weight.cedar/hallpass", weight.cedar / weight.hallpass, 28);

// Fresh processes, kind after kind in turn, so that a noisy moment hits all alike.
const kinds = { package: [], module: [], cedar: [], smallest: [] };
for (let round = 0; round < 21; round++) {
  for (const [kind, answers] of Object.entries(kinds)) {
    const printed = execFileSync(process.execPath, [join(here, "core/first_answer.mjs"), kind, pathToFileURL(packageEntry).href],
      { encoding: "utf8", cwd: here });
    answers.push(JSON.parse(printed));
  }
}
const middle = (answers, part) => answers.map((answer) => answer[part]).sort((a, b) => a - b)[answers.length >> 1];
for (const [kind, answers] of Object.entries(kinds)) {
  for (const part of Object.keys(answers[0])) report(`first_answer.${kind}.${part}`, middle(answers, part), "ms");
}
ratio("first_answer.module/3ms", middle(kinds.module, "all") / 3, 1, "at most");
ratio("first_answer.package/3ms", middle(kinds.package, "all") / 3, 1, "at most");
