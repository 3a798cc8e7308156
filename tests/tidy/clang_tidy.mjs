// Runs clang-tidy on what Clang compiles at once (a folder of the server, half of the core), unless the same
// text passed before: a pass is remembered under a hash of everything it depends on, outside the
// checkout, so that clean clones profit too. The folder at once, as most of the time goes into headers: 6
// minutes of one processor, where each source alone takes 28.

import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { root } from "./sources.mjs";

const program = "clang-tidy-14";
const build = join(root, "build/asan");
const passes = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "hallpass-tidy");
const product = /^(build\/asan\/)?(core|server)\//;
// What a unit includes is ours too, and a unit includes sources on purpose.
const filter = "--header-filter=/(core/(include|src)|server)/.*\\.[ch]pp$";
const notOfUnits = "-bugprone-suspicious-include";

/** The checks beyond those of every source: a unit does not lie where core/.clang-tidy would be found. */
function checksOf(unit) {
  if (!/(^|\/)core\//.test(unit)) return notOfUnits;
  const more = readFileSync(join(root, "core/.clang-tidy"), "utf8").match(/^Checks: '(.+)'$/m)[1];
  return `${notOfUnits},${more}`;
}

/** The configuration that rules every source: the settings and the tool itself. */
function configuration() {
  const settings = [".clang-tidy", "core/.clang-tidy"].map((path) => readFileSync(join(root, path), "utf8"));
  return [...settings, execFileSync(program, ["--version"], { encoding: "utf8" })].join("\n");
}

/** Ninja's record of what each object was compiled from: output → paths. */
function dependencies() {
  const lists = new Map();
  let current;
  const text = execFileSync("ninja", ["-C", build, "-t", "deps"], { encoding: "utf8", maxBuffer: 1 << 28 });
  for (const line of text.split("\n")) {
    const output = line.match(/^(\S.*): #deps/);
    if (output) lists.set(output[1], (current = []));
    else if (line.startsWith("    ")) current?.push(resolve(build, line.trim()));
  }
  // A precompiled header stands for all that it was made from.
  for (const list of lists.values()) {
    const precompiled = list.filter((path) => path.endsWith(".pch")).map((path) => relative(build, path));
    list.push(...precompiled.flatMap((path) => lists.get(path) ?? []));
  }
  return lists;
}

/** The product's units as Clang compiles them: { path, output, command }. */
export function compiled() {
  const database = join(build, "compile_commands.json");
  if (!existsSync(database)) throw new Error("build/asan is missing: tests/run tidy builds it");
  return JSON.parse(readFileSync(database, "utf8"))
    .map(({ file, output, command, directory }) => ({
      path: relative(root, file),
      output: output ?? command.match(/ -o (\S+)/)?.[1],
      command: command.replaceAll(directory, "").replaceAll(root, ""),
    }))
    .filter(({ path }) => product.test(path) && !path.includes("cmake_pch"));
}

/** Contents of our own files; of the system's, name and size are enough. */
function fingerprint(paths) {
  const hash = createHash("sha256");
  for (const path of [...new Set(paths)].sort()) {
    // What CMake writes there (units, precompiled headers) only names files that are in the list themselves.
    if (path.startsWith(build) || !existsSync(path)) continue;
    const ours = path.startsWith(`${root}/`);
    hash.update(ours ? relative(root, path) : path);
    hash.update(ours ? readFileSync(path) : String(statSync(path).size));
  }
  return hash.digest("hex");
}

/** @returns a function: unit → what clang-tidy has to say, "" if nothing */
export function analyser() {
  const rules = configuration();
  const lists = dependencies();
  mkdirSync(passes, { recursive: true });
  return async ({ path, output, command }) => {
    const source = join(root, path);
    const options = ["--quiet", `--checks=${checksOf(path)}`, filter];
    const key = createHash("sha256").update(rules).update(options.join(" ")).update(command)
      .update(fingerprint([source, ...(lists.get(output) ?? [])])).digest("hex");
    const pass = join(passes, key);
    if (lists.has(output) && existsSync(pass)) return "";
    try {
      await promisify(execFile)(program, [...options, "-p", build, source], { maxBuffer: 1 << 26 });
    } catch (failure) {
      return `${failure.stdout || failure.stderr || failure.message}`.replaceAll(`${root}/`, "");
    }
    writeFileSync(pass, path);
    return "";
  };
}
