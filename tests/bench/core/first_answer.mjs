// Prints the milliseconds from the module's bytes in memory to the first answer, in this fresh process, as JSON: all
// of it, and its parts where they can be told apart. The package reads the bytes too; `read` is that of the file.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [kind, place] = process.argv.slice(2);
const now = 1_800_000_000_000;
const timeZone = "Europe/Amsterdam";
const endOfToday = 0;

/** The package, as an application calls it. */
async function answerOfPackage() {
  const { loadCore } = await import(place);
  const start = performance.now();
  const core = await loadCore();
  const loaded = performance.now();
  const { ok } = core.expiry("end_of_today", { now, timeZone });
  const end = performance.now();
  return { ok, all: end - start, load: loaded - start, call: end - loaded };
}

/** The module alone, without the package's own JavaScript. */
function answerOfModule() {
  const path = join(dirname(fileURLToPath(place)), "core.wasm");
  const start = performance.now();
  const bytes = readFileSync(path);
  const read = performance.now();
  const module = new WebAssembly.Module(bytes);
  const compiled = performance.now();
  const { exports } = new WebAssembly.Instance(module);
  exports._initialize?.();
  const instantiated = performance.now();
  const at = exports.hp_input(timeZone.length);
  Buffer.from(exports.memory.buffer, at).write(timeZone);
  const until = exports.hp_expiry_preset(exports.hp_zone(timeZone.length), endOfToday, now, -1);
  const end = performance.now();
  return {
    ok: until > now, all: end - read,
    read: read - start, compile: compiled - read, instantiate: instantiated - compiled, call: end - instantiated,
  };
}

async function answerOfCedar() {
  const start = performance.now();
  const cedar = await import("@cedar-policy/cedar-wasm/nodejs");
  const answer = cedar.isAuthorized({
    principal: { type: "A", id: "a" }, action: { type: "Action", id: "x" }, resource: { type: "R", id: "r" },
    context: {}, policies: { staticPolicies: "permit(principal, action, resource);" }, entities: [],
  });
  return { ok: answer.type === "success", all: performance.now() - start };
}

/** The least that a module can be: one function that adds, 41 bytes. */
function answerOfSmallest() {
  const bytes = Uint8Array.from(Buffer.from(
    "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b", "hex"));
  const start = performance.now();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const ok = instance.exports.add(1, 2) === 3;
  return { ok, all: performance.now() - start };
}

const kinds = { package: answerOfPackage, module: answerOfModule, cedar: answerOfCedar, smallest: answerOfSmallest };
const { ok, ...parts } = await kinds[kind]();
if (!ok) throw new Error(`no answer from ${kind}`);
console.log(JSON.stringify(parts));
