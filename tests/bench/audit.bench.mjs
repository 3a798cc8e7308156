// The record's tree: appending to 10 million entries against 10 thousand (the row and its indexes included, commits left
// out), and checking an export of a million entries against sha256sum over the same bytes. Each line's parts, leaf and
// nodes are hashed anew, which is about twice the bytes of the file. Peers for orientation, in the same run: node:crypto
// over the same bytes, in one piece. And checking an entry's proof in Chromium, in a tree of ten million: from its text to the
// root, against the digests alone.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { proofsInBrowser } from "./audit/browser.mjs";
import { ratio, report } from "./core/measure.mjs";
import { median } from "./token/turns.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const built = process.env.HALLPASS_BENCH_BUILD ?? join(here, "../../build/bench");
const program = join(built, "tests/bench/audit_bench");
const hallpassd = join(built, "server/hallpassd");
const entries = Number(process.env.HALLPASS_BENCH_ENTRIES ?? 1_000_000);
const rounds = Number(process.env.HALLPASS_BENCH_ROUNDS ?? 3);
const folder = mkdtempSync(join(tmpdir(), "hallpass-bench-audit-"));

const seconds = (work) => {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
};

async function hashed(file) {
  const began = performance.now();
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  hash.digest();
  return (performance.now() - began) / 1000;
}

function append() {
  const { short, long, ratio: factor } = JSON.parse(execFileSync(program, ["append", folder], { encoding: "utf8" }));
  report("audit.append.10_thousand", short, "us an entry");
  report("audit.append.10_million", long, "us an entry");
  ratio("audit.append.10_million/10_thousand", factor, 1.1, "at most");
}

async function verify() {
  const file = join(folder, "export.jsonl");
  execFileSync(program, ["export", String(entries), file]);
  const times = { verify: [], sha256sum: [], node: [] };
  for (let round = 0; round < rounds; round++) {
    times.sha256sum.push(seconds(() => execFileSync("sha256sum", [file])));
    times.verify.push(seconds(() => execFileSync(hallpassd, ["audit", "verify", "--file", file])));
    times.node.push(await hashed(file));
  }
  report("audit.export", statSync(file).size / 2 ** 20, `MiB, ${entries} entries`);
  report("audit.verify", median(times.verify), "s");
  report("sha256sum", median(times.sha256sum), "s");
  report("node:crypto", median(times.node), "s");
  ratio("audit.verify/sha256sum", median(times.verify.map((time, at) => time / times.sha256sum[at])), 5, "at most");
}

async function browser() {
  const found = await proofsInBrowser();
  const each = (name) => median(found.map((page) => page[name]));
  report("audit.browser.entry", each("check"), "us, 24 hashes up, in Chromium");
  report("audit.browser.first_entry", each("first"), "us, the first in a new page");
  report("audit.browser.slowest_first_entry", Math.max(...found.map(({ first }) => first)), "us");
  report("webcrypto.24_digests", each("bare"), "us");
  ratio("audit.browser.entry/1ms", each("check") / 1000, 1, "at most");
}

const parts = { append, verify, browser };
const asked = process.argv.slice(2);
try {
  for (const part of asked.length > 0 ? asked : Object.keys(parts)) await parts[part]();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
