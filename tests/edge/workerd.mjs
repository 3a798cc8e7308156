// Runs a worker script in a real workerd on a free port of the loopback.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const js = join(here, "../../js");
const requireFromJs = createRequire(join(js, "package.json"));
const workerd = join(here, "../node_modules/.bin/workerd");
const startDeadlineMs = 20_000;

/** Bundles as a bundler for workers does: condition `workerd`, modules of WebAssembly left alone. */
async function bundle(script, folder) {
  const { build } = requireFromJs("esbuild");
  await build({
    entryPoints: [script],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    outfile: join(folder, "worker.js"),
    external: ["cloudflare:workers"],
    logLevel: "error",
    plugins: [
      {
        name: "wasm",
        setup: (plugin) =>
          plugin.onResolve({ filter: /\.wasm$/ }, () => ({ path: "core.wasm", external: true })),
      },
    ],
  });
  writeFileSync(join(folder, "core.wasm"), readFileSync(join(js, "dist/core.wasm")));
}

const config = (settings) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "net", network = (allow = ["private", "public"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "core.wasm", wasm = embed "core.wasm")],
  bindings = [(name = "SETTINGS", json = ${JSON.stringify(JSON.stringify(settings))})],
  globalOutbound = "net",
  compatibilityDate = "2026-10-01",
);
`;

/** Waits for workerd's word on which port it listens on. */
function listening(child, output) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`workerd did not start: ${output.text}`)), startDeadlineMs);
    let text = "";
    child.stdio[3].on("data", (chunk) => {
      text += chunk;
      const port = /"port":(\d+)/.exec(text)?.[1];
      if (port === undefined) return;
      clearTimeout(late);
      resolve(Number(port));
    });
    child.on("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`workerd ended with ${code}: ${output.text}`));
    });
  });
}

/**
 * Starts workerd with `script`, a path below tests/edge.
 * @returns its address, what it has written, and how to stop it
 */
export async function startWorkerd(script, settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), "hallpass-workerd-"));
  await bundle(join(here, script), folder);
  writeFileSync(join(folder, "config.capnp"), config(settings));
  const child = spawn(workerd, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const output = { text: "" };
  child.stdout.on("data", (chunk) => (output.text += chunk));
  child.stderr.on("data", (chunk) => (output.text += chunk));
  const ended = new Promise((resolve) => child.on("exit", resolve));
  try {
    const port = await listening(child, output);
    const stop = async () => {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    };
    return { url: `http://127.0.0.1:${port}`, pid: child.pid, output, stop };
  } catch (cause) {
    child.kill();
    rmSync(folder, { recursive: true });
    throw cause;
  }
}
