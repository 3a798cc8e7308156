// The module as JavaScript, for runtimes without WebAssembly: binaryen's wasm2js over the same bytes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const features = ["--enable-bulk-memory", "--enable-sign-ext", "--enable-nontrapping-float-to-int", "--enable-mutable-globals"];

/** A conversion that stays in range: what is no number becomes 0, what is too large the nearest bound. */
const saturating = (type, floor, ceiling, least, most, convert) => `(param $x f64) (result ${type})
  (if (f64.ne (local.get $x) (local.get $x)) (return (${type}.const 0)))
  (if (f64.ge (local.get $x) (f64.const ${ceiling})) (return (${type}.const ${most})))
  (if (f64.le (local.get $x) (f64.const ${floor})) (return (${type}.const ${least})))
  (${type}.${convert} (local.get $x))`;

/** Instructions that wasm2js of binaryen 108 does not know, spelt with ones that it does. */
const spelt = {
  "i64.extend32_s": "(param $x i64) (result i64) (i64.extend_i32_s (i32.wrap_i64 (local.get $x)))",
  "i64.trunc_sat_f64_s": saturating("i64", "-0x1p63", "0x1p63", "0x8000000000000000", "0x7fffffffffffffff", "trunc_f64_s"),
  "i64.trunc_sat_f64_u": saturating("i64", "-1", "0x1p64", "0", "0xffffffffffffffff", "trunc_f64_u"),
  "i32.trunc_sat_f64_s": saturating("i32", "-2147483649", "2147483648", "0x80000000", "0x7fffffff", "trunc_f64_s"),
  "i32.trunc_sat_f64_u": saturating("i32", "-1", "4294967296", "0", "0xffffffff", "trunc_f64_u"),
};

function lowered(text) {
  let module = text.trimEnd();
  for (const [instruction, body] of Object.entries(spelt)) {
    const parts = module.split(`(${instruction}`);
    if (parts.length === 1) continue;
    module = parts.join(`(call $spelt.${instruction}`).replace(/\)$/, `(func $spelt.${instruction} ${body}))`);
  }
  return module;
}

const copied = "newHEAP8.set(HEAP8);";

/**
 * WebAssembly empties whoever looks at memory from before it grew, and that is how core/memory.ts
 * notices; wasm2js would leave the old bytes there, to be taken for those of now.
 */
function emptied(script) {
  const parts = script.split(copied);
  if (parts.length !== 2) throw new Error("wasm2js grows memory in another way than it did");
  return parts.join(`${copied} structuredClone(HEAP8.buffer, { transfer: [HEAP8.buffer] });`);
}

/** @returns an ES module with the same exports as the WebAssembly module at `path` */
export function twinOf(path) {
  const folder = mkdtempSync(join(tmpdir(), "hallpass-twin-"));
  const run = (program, ...parameters) =>
    execFileSync(program, [...features, ...parameters], { stdio: ["ignore", "ignore", "inherit"] });
  try {
    const [text, plain, script] = ["module.wat", "plain.wasm", "twin.js"].map((name) => join(folder, name));
    run("wasm-dis", path, "-o", text);
    writeFileSync(text, lowered(readFileSync(text, "utf8")));
    run("wasm-as", text, "-o", plain);
    run("wasm2js", "--pedantic", "-Os", plain, "-o", script);
    return emptied(readFileSync(script, "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
