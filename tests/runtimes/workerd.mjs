// A folder of modules, as a bundler wrote them, in a real workerd.
import { spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { program, say } from "./installed.mjs";

const startDeadlineMs = 20_000;

function config(main, names) {
  const modules = [main, ...names.filter((name) => name.endsWith(".wasm"))].map((name) =>
    `(name = ${JSON.stringify(name)}, ${name.endsWith(".wasm") ? "wasm" : "esModule"} = embed ${JSON.stringify(name)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (modules = [${modules.join(", ")}], compatibilityDate = "2026-10-01");
`;
}

/** Waits for workerd's word on which port it listens on. */
function listening(child) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("workerd did not start")), startDeadlineMs);
    let said = "";
    let errors = "";
    child.stderr.on("data", (chunk) => (errors += chunk));
    child.stdio[3].on("data", (chunk) => {
      said += chunk;
      const port = /"port":(\d+)/.exec(said)?.[1];
      if (port === undefined) return;
      clearTimeout(late);
      resolve(Number(port));
    });
    child.on("exit", () => {
      clearTimeout(late);
      reject(new Error(`workerd ended: ${errors}`));
    });
  });
}

/** @returns what the worker `main` in `folder` answers, and workerd's version */
export async function askWorkerd(folder, main) {
  writeFileSync(join(folder, "config.capnp"), config(main, readdirSync(folder)));
  const child = spawn(program("workerd"), ["serve", "config.capnp", "--control-fd=3"], {
    cwd: folder, stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  try {
    const response = await fetch(`http://127.0.0.1:${await listening(child)}/`);
    return { text: await response.text(), version: (await say(program("workerd"), ["--version"])).trim() };
  } finally {
    child.kill();
    await ended;
  }
}
