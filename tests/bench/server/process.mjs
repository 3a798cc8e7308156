// Programs that are measured: started, asked for their port, looked at, and stopped.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * @param found what of its output says that it is up
 * @returns the child, what was found, and stop()
 */
export async function start(program, args, found, environment = {}) {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...environment } });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  let output = "";
  const match = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      output += chunk;
      const matched = found.exec(output);
      if (matched) resolve(matched);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${program} ended with ${code}: ${output}`)));
  });
  const stop = async () => {
    child.stdin.end(); // what reads it ends by itself, before whoever waits for that
    child.kill();
    await ended;
  };
  return { pid: child.pid, match, stop };
}

const status = (pid, name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
/** MiB that a process has in memory, now and at most until now. */
export const resident = (pid) => status(pid, "VmRSS");
export const residentMost = (pid) => status(pid, "VmHWM");
