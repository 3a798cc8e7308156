// An entry's proof in a tree of ten million, checked in Chromium: what it takes at the first time in a page that has just been
// opened, and from then on. Beside it 24 digests by WebCrypto alone.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { canonical, RecordServer } from "../../js/record_server.mjs";
import { leafHash, nodeHash, sha256 } from "../../vectors/merkle_reference.mjs";
import { openBrowser } from "../../browser/stage.mjs";

const root = join(import.meta.dirname, "../../..");
const { build } = createRequire(join(root, "js/package.json"))("esbuild");
const size = 10_000_000;
/** `performance.now` counts in steps of 5 µs where a page is isolated, of 100 elsewhere. */
const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

async function script() {
  const audit = {
    name: "audit",
    setup(plugin) {
      plugin.onResolve({ filter: /^inlined-audit$/ }, ({ path }) => ({ path, namespace: "audit" }));
      plugin.onLoad({ filter: /.*/, namespace: "audit" }, () => ({ contents: readFileSync(join(root, "build/wasm/wasm/audit.wasm"), "base64"), loader: "text" }));
    },
  };
  const contents = `export { TreeChecks } from "./record/tree.ts"; export { checkEntry } from "./record/entry.ts";`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(root, "js/src"), loader: "ts" },
    bundle: true, minify: true, format: "esm", write: false, logLevel: "error", plugins: [audit],
  });
  return outputFiles[0].text;
}

/** An entry at the left edge, whose way to the root is the longest: 24 siblings, whatever they are. */
function question() {
  const { shown, parts, leaf } = new RecordServer(1).entries[0];
  const siblings = Array.from({ length: Math.ceil(Math.log2(size)) }, (_, at) => sha256(Buffer.from(`sibling ${at}`)));
  const top = siblings.reduce((hash, sibling) => nodeHash(hash, sibling), leafHash(Buffer.from(leaf())));
  const { people, details } = parts;
  const answer = { sequence: 1, size, leaf: canonical(JSON.parse(leaf())), parts: { people, details }, hashes: siblings.map((hash) => hash.toString("base64")) };
  return { shown, answer, root: [...top], siblings: siblings.map((hash) => [...hash]) };
}

async function inPage({ shown, answer, root: top, siblings }, rounds) {
  const { checkEntry, TreeChecks } = await import("/record.js");
  const tree = await TreeChecks.load();
  const head = { size: answer.size, root: Uint8Array.from(top) };
  const check = async () => {
    const { status, fault } = await checkEntry(tree, shown, answer, head);
    if (status !== "verified") throw new Error(fault);
  };
  const node = new Uint8Array(65);
  const bare = async () => {
    for (const _ of siblings) await crypto.subtle.digest("SHA-256", node);
  };
  const each = async (times, work) => {
    const began = performance.now();
    for (let at = 0; at < times; at++) await work();
    return ((performance.now() - began) * 1_000) / times;
  };
  await bare(); // WebCrypto is there: the record's head was checked before
  const first = await each(1, check);
  await each(rounds / 10, check); // the compiler has had its time
  const turns = { check: [], bare: [] };
  for (let turn = 0; turn < 10; turn++) {
    turns.bare.push(await each(rounds / 10, bare));
    turns.check.push(await each(rounds / 10, check));
  }
  const middle = (times) => times.sort((a, b) => a - b)[times.length >> 1];
  return { first, check: middle(turns.check), bare: middle(turns.bare) };
}

/** @returns µs: of each page, `first`, `check`, `bare` */
export async function proofsInBrowser(pages = 9, rounds = 500) {
  const bundle = await script();
  const asked = question();
  const viewer = await openBrowser({ url: "" });
  try {
    const found = [];
    for (let at = 0; at < pages; at++) {
      const page = await viewer.context.newPage();
      await page.route("**/*", (route) => {
        const wanted = new URL(route.request().url()).pathname === "/record.js";
        return route.fulfill({
          headers: { ...isolated, "Content-Type": wanted ? "text/javascript" : "text/html" },
          body: wanted ? bundle : "<!doctype html><title>bench</title>",
        });
      });
      await page.goto("https://bench.test/");
      found.push(await page.evaluate(`(${inPage})(${JSON.stringify(asked)}, ${rounds})`));
      await page.close();
    }
    return found;
  } finally {
    await viewer.close();
  }
}
