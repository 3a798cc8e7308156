// Every suite in one table, longest first so that three at a time end together
// (clang-tidy takes a quarter of an hour where nothing is remembered, seconds otherwise).
//   builds    what must be built before (tests/setup/build.sh), all of it or the targets named
//   folder    where its tests live; a suite without its folder is reported as absent
//   steps     the commands, how to read their outcome (tests/suites/outcome.mjs), and whether they
//             apply: what is absent is said, never passed over
//   limit     seconds after which it counts as hanging
//   databases true: its servers keep theirs in memory, where there is room (tests/suites/memory.mjs)
//   asked     true: runs only when named

import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

/** All test files for Node below a folder. */
function nodeTests(folder) {
  const found = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && entry.name.endsWith(".test.mjs")) {
      found.push(join(entry.parentPath ?? entry.path, entry.name));
    }
  }
  return found.filter((path) => !path.includes("node_modules")).sort();
}

const node = (folder, concurrency = 1) => ({
  reads: "tap",
  command: () => [
    process.execPath, "--test", "--test-reporter=tap", `--test-concurrency=${concurrency}`,
    ...nodeTests(folder),
  ],
  applies: () => existsSync(join(root, folder)) && nodeTests(folder).length > 0,
  absent: `tests in ${folder}`,
});

const nodeFile = (path) => ({
  reads: "tap", command: () => [process.execPath, "--test", "--test-reporter=tap", path],
});

const ctest = (folder, ...selection) => ({
  reads: "ctest",
  command: () => ["ctest", "--test-dir", `build/${folder}`, "--verbose", ...selection],
});

/** A command that passes or fails as a whole. */
const check = (name, ...command) => ({ reads: "exit", name, command: () => command });

const typesOf = (folder) => ({
  ...check(`tsc --strict in ${folder}`, "npm", "run", "check", "--prefix", folder),
  applies: () => existsSync(join(root, folder, "package.json")),
  absent: folder,
});

const sanitizers = {
  ASAN_OPTIONS: "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
  UBSAN_OPTIONS: "print_stacktrace=1:halt_on_error=1",
  TSAN_OPTIONS: "halt_on_error=1:second_deadlock_stack=1",
};

// CTest names: the comparisons with other people's data, the server's tests; the rest is the core's.
const references = "^(zones|references)_";
const server = "^server";
// The server's tests wait more than they compute: another one may use the time.
const waiting = ["--parallel", "2"];

export const suites = [
  { name: "tidy", about: "house rules, layout, static analysis", folder: "tests/tidy",
    builds: ["asan"], steps: [node("tests/suites"), node("tests/tidy")], limit: 3000 },
  { name: "server", about: "the server over real HTTP", folder: "tests/server",
    builds: ["native"], steps: [ctest("native", "-R", server, ...waiting)], databases: true, limit: 600 },
  { name: "browser", about: "the whole path in real Chromium", folder: "tests/browser",
    builds: ["native", "wasm", "js", "demo"], steps: [node("tests/browser")], databases: true,
    limit: 600 },
  { name: "tsan", about: "the server under the thread sanitizer", folder: "tests/server",
    builds: ["tsan server_tests"], env: sanitizers, steps: [ctest("tsan", "-R", server, ...waiting)], databases: true,
    limit: 900 },
  { name: "asan", about: "core and server by Clang, under address and undefined-behaviour sanitizers",
    folder: "tests/core", builds: ["asan"], env: sanitizers,
    steps: [ctest("asan", "-E", references, ...waiting)], databases: true, limit: 900 },
  { name: "core", about: "the policy core, native", folder: "tests/core",
    builds: ["native"], steps: [ctest("native", "-E", `${references}|${server}`)], limit: 600 },
  { name: "elements", about: "each component in every state, in real Chromium", folder: "tests/elements",
    builds: ["wasm", "js"], steps: [node("tests/elements")], limit: 600 },
  { name: "references", about: "presets against Python and ICU", folder: "tests/references",
    builds: ["native", "wasm", "js"],
    steps: [ctest("native", "-R", references)], limit: 600 },
  { name: "guides", about: "each integration guide, followed", folder: "tests/guides",
    builds: ["native", "wasm", "js"], steps: [node("tests/guides")], limit: 900 },
  { name: "runtimes", about: "the packed package in every runtime and bundler", folder: "tests/runtimes",
    builds: ["wasm", "js"], steps: [node("tests/runtimes")], limit: 600 },
  { name: "fuzz", about: "each fuzzer for a few seconds", folder: "tests/fuzz",
    builds: ["fuzz"], steps: [nodeFile("tests/suites/fuzzers.mjs")], limit: 600 },
  { name: "js", about: "types and the JavaScript package", folder: "js",
    builds: ["wasm", "js"],
    steps: [typesOf("js"), typesOf("demo"), node("tests/js")], limit: 600 },
  { name: "docs", about: "the documents' commands and examples, and the reference of the core",
    folder: "tests/docs", builds: ["native", "wasm", "js"], steps: [node("tests/docs")], limit: 600 },
  { name: "wasm", about: "the same vectors in WebAssembly", folder: "tests/wasm",
    builds: ["native", "wasm", "js"], steps: [node("tests/wasm")], limit: 600 },
  { name: "generated", about: "generated files are current", folder: "core/zones",
    builds: ["native"],
    steps: [
      check("time zones", "python3", "core/zones/generate.py", "--check"),
      check("constants", "node", "wasm/generate-constants.mjs", "--check"),
      check("reference pages", "node", "docs/generate.mjs", "--check"),
    ], limit: 120 },
  { name: "edge", about: "the guard in real workerd", folder: "tests/edge",
    builds: ["wasm", "js"], steps: [node("tests/edge")], limit: 600 },
  { name: "package", about: "the Debian package on a clean machine (root only)", folder: "tests/install",
    asked: true, builds: ["native hallpassd"], limit: 900,
    steps: [check("debian package", "tests/install/debian-package", "build/clean-machine")] },
  { name: "mutants", about: "each guard broken in turn: a test notices", folder: "tests/mutants",
    asked: true, builds: ["native"], steps: [check("mutants", "tests/mutants/run")], limit: 1800 },
  { name: "coverage", about: "line and branch coverage of core/", folder: "tests/core", asked: true,
    builds: ["coverage"], limit: 600,
    steps: [ctest("coverage", "-E", `${references}|${server}`), check("coverage", "bash", "tests/suites/coverage.sh")] },
];
