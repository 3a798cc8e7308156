// Builds what the suites need, runs three of them at a time, reports all, and ends with
// "N passed, N failed". Exit code 1 when anything failed or nothing ran.
//   node tests/suites/run.mjs [suite…]

import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { complaints } from "./complaints.mjs";
import { folderInMemory } from "./memory.mjs";
import { outcome } from "./outcome.mjs";
import { root, suites } from "./suites.mjs";

const logs = join(root, "build/log");
const running = new Set();
let interrupted = false;

const seconds = (since) => (performance.now() - since) / 1000;

/** Runs a command in a process group of its own; resolves to its exit code and output. */
function run(command, { env = {}, limit, log }) {
  return new Promise((resolve) => {
    let output = "";
    const [program, ...parameters] = command;
    const child = spawn(program, parameters, {
      cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], detached: true,
    });
    running.add(child.pid);
    const hanging = limit && setTimeout(() => {
      output += `\nstopped: did not end within ${limit} s\n`;
      process.kill(-child.pid, "SIGKILL");
    }, limit * 1000);
    const file = log && createWriteStream(log, { flags: "a" });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        file?.write(text);
      });
    }
    const end = (code) => {
      clearTimeout(hanging);
      running.delete(child.pid);
      file?.end();
      resolve({ code, output });
    };
    child.on("error", (error) => {
      output += error.message;
      end(1);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

const buildScript = 'root=$1; . "$1/tests/setup/install.sh"; . "$1/tests/setup/build.sh"; shift; build "$@"';

/** @returns whether it was built; says so in one line, with the log's end where it was not. */
async function build(name) {
  const { code, output } = await run(["bash", "-c", buildScript, "build", root, ...name.split(" ")], {});
  process.stdout.write(output);
  return code === 0;
}

// Each of these needs the one before; the trees of the other compilers need nothing of them.
const modules = ["wasm", "js", "demo"];

/** Builds what the suites name, the modules beside the rest; resolves to what came of each. */
async function buildFor(chosenSuites) {
  const built = new Map();
  const names = [...new Set(chosenSuites.flatMap((suite) => suite.builds))];
  const chain = async (some) => {
    for (const name of some) {
      if (!interrupted) built.set(name, await build(name));
    }
  };
  await Promise.all([
    chain(modules.filter((name) => names.includes(name))),
    chain(names.filter((name) => !modules.includes(name))),
  ]);
  return built;
}

const inMemory = folderInMemory();
process.on("exit", () => inMemory && rmSync(inMemory, { recursive: true, force: true }));

async function runSuite(suite, built) {
  const began = performance.now();
  const total = { suite, passed: 0, failed: 0, skipped: 0, problems: [], absent: [] };
  for (const name of suite.builds.filter((name) => !built.get(name))) {
    total.failed += 1;
    total.problems.push(`build ${name} failed`);
  }
  const log = join(logs, `${suite.name}.log`);
  writeFileSync(log, "");
  for (const step of total.failed ? [] : suite.steps) {
    if (interrupted) break;
    if (step.applies && !step.applies()) {
      total.absent.push(step.absent);
      continue;
    }
    const env = suite.databases && inMemory ? { ...suite.env, TMPDIR: inMemory } : suite.env;
    const { code, output } = await run(step.command(), { env, limit: suite.limit, log });
    const counted = outcome(step.reads, output, code);
    for (const key of ["passed", "failed", "skipped"]) total[key] += counted[key];
    if (counted.failed) total.problems.push(complaints(output));
    if (step.reads === "exit" && suite.asked) process.stdout.write(output);
  }
  if (total.passed + total.failed === 0) {
    total.failed = 1;
    total.problems.push("no test ran");
  }
  return { ...total, log, took: seconds(began) };
}

function report({ suite, passed, failed, skipped, problems, absent, log, took }) {
  const counts = [
    `${passed} passed`, failed && `${failed} FAILED`, skipped && `${skipped} skipped`,
    absent.length > 0 && `ABSENT: ${absent.join(", ")}`,
  ].filter(Boolean).join(", ");
  console.log(`  ${suite.name.padEnd(12)}${counts.padEnd(34)}${took.toFixed(0).padStart(5)} s   ${suite.about}`);
  if (failed) console.log(`\n${problems.join("\n")}\n\n  all of it: ${log}\n`);
}

function chosen(names) {
  if (names.length === 0) return suites.filter((suite) => !suite.asked);
  return names.map((name) => {
    const found = suites.find((suite) => suite.name === name);
    if (found) return found;
    console.error(`There is no suite "${name}"; there are: ${suites.map((suite) => suite.name).join(", ")}`);
    return process.exit(2);
  });
}

async function main(names) {
  const began = performance.now();
  const wanted = chosen(names);
  const present = wanted.filter((suite) => existsSync(join(root, suite.folder)));
  mkdirSync(logs, { recursive: true });

  const built = await buildFor(present);
  console.log(`Built in ${seconds(began).toFixed(0)} s`);

  const queue = [...present];
  const results = [];
  const lane = async () => {
    while (queue.length > 0 && !interrupted) {
      const result = await runSuite(queue.shift(), built);
      results.push(result);
      report(result);
    }
  };
  await Promise.all([lane(), lane(), lane()]); // they wait about a third of their time: two cores are kept busy

  for (const suite of wanted.filter((suite) => !present.includes(suite))) {
    console.log(`  ${suite.name.padEnd(12)}ABSENT: there is no ${suite.folder}`);
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.log(`${results.length} suites in ${seconds(began).toFixed(0)} s`);
  if (interrupted) console.log("interrupted");
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 && !interrupted ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    interrupted = true;
    for (const pid of running) process.kill(-pid, "SIGKILL");
  });
}
process.exitCode = await main(process.argv.slice(2));
