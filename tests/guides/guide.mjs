// A guide as somebody follows it: its folder copied elsewhere, its packages beside it, its program started.

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./hallpass.mjs";
import { saysReady } from "./ready.mjs";

export { until } from "../edge/companion.mjs";

const modules = join(import.meta.dirname, "node_modules");

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
  return saysReady(child, program, ready);
}
