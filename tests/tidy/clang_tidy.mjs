// Runs clang-tidy on one source, unless the same text passed before: a pass is remembered under a hash
// of everything it depends on, outside the checkout, so that clean clones profit too.

import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { root } from "./sources.mjs";

const program = "clang-tidy-14";
const build = join(root, "build/clang");
const passes = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "hallpass-tidy");
const product = /^(core|server|wasm)\//;

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

/** The product's sources as Clang compiles them: { path, output, command }. */
export function compiled() {
  const database = join(build, "compile_commands.json");
  if (!existsSync(database)) throw new Error("build/clang is missing: tests/run tidy builds it");
  return JSON.parse(readFileSync(database, "utf8"))
    .map(({ file, output, command, directory }) => ({
      path: relative(root, file),
      output: output ?? command.match(/ -o (\S+)/)?.[1],
      command: command.replaceAll(directory, "").replaceAll(root, ""),
    }))
    .filter(({ path }) => product.test(path));
}

/** Contents of our own files; of the system's, name and size are enough. */
function fingerprint(paths) {
  const hash = createHash("sha256");
  for (const path of [...new Set(paths)].sort()) {
    if (path.endsWith(".pch") || !existsSync(path)) continue;
    const ours = path.startsWith(`${root}/`);
    hash.update(ours ? relative(root, path) : path);
    hash.update(ours && !path.startsWith(build) ? readFileSync(path) : String(statSync(path).size));
  }
  return hash.digest("hex");
}

/** @returns a function: source → what clang-tidy has to say, "" if nothing */
export function analyser() {
  const rules = configuration();
  const lists = dependencies();
  mkdirSync(passes, { recursive: true });
  return async ({ path, output, command }) => {
    const source = join(root, path);
    const key = createHash("sha256").update(rules).update(command)
      .update(fingerprint([source, ...(lists.get(output) ?? [])])).digest("hex");
    const pass = join(passes, key);
    if (lists.has(output) && existsSync(pass)) return "";
    const parameters = ["--quiet", "-p", build, source];
    try {
      await promisify(execFile)(program, parameters, { maxBuffer: 1 << 26 });
    } catch (failure) {
      return `${failure.stdout || failure.stderr || failure.message}`.replaceAll(`${root}/`, "");
    }
    writeFileSync(pass, path);
    return "";
  };
}
