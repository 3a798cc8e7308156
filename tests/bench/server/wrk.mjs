// A load by wrk: 16 connections on one thread, for so long, with the requests of a file.
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const connections = 16;

/** wrk, from Debian. @throws where it is not installed */
export function needWrk() {
  try {
    execFileSync("sh", ["-c", "command -v wrk"]);
  } catch {
    throw new Error("this benchmark sends its requests with wrk: apt-get install wrk");
  }
}

/** Writes the requests for `load`. @returns the file */
export function writeRequests(file, requests) {
  const line = ({ method = "POST", path, credential = ["", ""], type = "", body = "" }) =>
    [method, path, ...credential, type, body].join("\t");
  writeFileSync(file, requests.map((each) => `${line(each)}\n`).join(""));
  return file;
}

/**
 * @param from the file's line to begin with, counted from 1
 * @param accept whether answers that are not 2xx or 3xx are a fault
 * @returns answers a second, their median and 99th percentile in milliseconds, and how many answers there were
 */
export async function load(port, file, { seconds = 3, from = 1 } = {}) {
  const child = spawn("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", join(here, "requests.lua"),
    `http://127.0.0.1:${port}`, "--", file, String(from)], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.on("close", resolve));
  const found = /^result (.*)$/m.exec(output);
  if (code !== 0 || !found) throw new Error(`wrk failed: ${output}`);
  const { requests, us, p50, p99, status, broken } = JSON.parse(found[1]);
  if (status > 0 || broken > 0) throw new Error(`of ${requests} answers ${status} were refusals, and ${broken} failed`);
  return { rate: (requests * 1e6) / us, p50: p50 / 1000, p99: p99 / 1000, requests };
}
