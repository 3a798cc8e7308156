// A guide as somebody follows it: its folder copied elsewhere, its packages beside it, its program started.

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./hallpass.mjs";

const modules = join(import.meta.dirname, "node_modules");
const startWithinMs = 60_000;

/** Copies a guide; `prepare` may put more into its folder before anything runs. */
export function openGuide(name) {
  const folder = mkdtempSync(join(tmpdir(), `hallpass-guide-${name}-`));
  cpSync(join(root, "docs/guides", name), folder, { recursive: true });
  symlinkSync(modules, join(folder, "node_modules"));
  const children = [];
  return {
    folder,
    read: (file) => readFileSync(join(folder, file), "utf8"),
    /** A program of the guide's packages. */
    program: (file) => join(modules, ".bin", file),
    /** Starts what `npm start` would, without npm between, so that it can be ended. */
    startScript: (env, ready) => {
      const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const [program, ...parameters] = scripts.start.split(" ");
      if (program !== "node") throw new Error(`npm start runs ${program}, not node`);
      return start(children, folder, process.execPath, parameters, env, ready);
    },
    /** Starts a program in the folder and waits until it says `ready`. */
    start: (program, parameters, env, ready) => start(children, folder, program, parameters, env, ready),
    close: async () => {
      for (const { child, ended } of children) {
        child.kill("SIGTERM");
        const hard = setTimeout(() => child.kill("SIGKILL"), 5_000);
        await ended;
        clearTimeout(hard);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function start(children, cwd, program, parameters, env, ready) {
  const child = spawn(program, parameters, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((done) => child.once("close", done));
  children.push({ child, ended });
  return new Promise((resolve, fail) => {
    let said = "";
    const late = setTimeout(() => fail(new Error(`${program} was not ready in time: ${said}`)), startWithinMs);
    const read = (text) => {
      said += text;
      const found = ready.exec(said);
      if (!found) return;
      clearTimeout(late);
      resolve(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", fail);
    child.once("exit", (code) => {
      clearTimeout(late);
      fail(new Error(`${program} ended with ${code}: ${said}`));
    });
  });
}

/** Waits, up to a deadline, until `condition` gives something: what another process does in its own time. */
export async function until(condition, what, deadlineMs = 10_000) {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
