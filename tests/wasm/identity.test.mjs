// The native core and the Wasm core answer alike, to the byte.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { evaluate } from "./evaluate.mjs";
import { makeRequests, randomFrom } from "./random-requests.mjs";

const driver = process.env.HALLPASS_VECTOR_DRIVER ?? fileURLToPath(new URL("../../build/native/tests/wasm/vector_driver", import.meta.url));
const count = Number(process.env.HALLPASS_RANDOM_INPUTS ?? 100_000);
const seed = Number(process.env.HALLPASS_SEED ?? Math.floor(Math.random() * 2 ** 32));

/** The native core's answers to requests, one a line. */
async function native(lines) {
  const child = spawn(driver, [], { stdio: ["pipe", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => (output += chunk));
  const ended = new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  child.stdin.end(`${lines.join("\n")}\n`);
  assert.equal(await ended, 0);
  return output.split("\n").slice(0, -1);
}

async function compare(requests) {
  const lines = requests.map((request) => JSON.stringify(request));
  const answers = await native(lines);
  assert.equal(answers.length, lines.length);
  let good = 0;
  for (const [at, request] of requests.entries()) {
    const wasm = evaluate(request);
    if (wasm !== answers[at]) assert.fail(`seed ${seed}, request ${lines[at]}\n native ${answers[at]}\n wasm   ${wasm}`);
    if (!wasm.includes('"ok":false')) good++;
  }
  return good;
}

const vectors = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url)));

test("the native driver is there", () => assert.ok(existsSync(driver), `${driver} is missing: build the native preset`));

test("the shared vectors give identical bytes", async () => {
  const { issuer, audience, keySets, vectors: tokens } = vectors("tokens");
  const scopes = vectors("scopes");
  const requests = [
    ...vectors("expiry").vectors.map((vector) => ({ call: "expiry", ...vector })),
    ...vectors("sessions").vectors.map((vector) => ({ call: "session", ...vector })),
    ...scopes.narrow.map((vector) => ({ call: "narrow", ...vector })),
    ...scopes.subset.map((vector) => ({ call: "subset", ...vector })),
    ...tokens.map((vector) => ({ call: "token", issuer, audience, jwks: keySets[vector.keys], ...vector })),
  ];
  await compare(requests);
});

test(`${count} random inputs give identical bytes`, async (context) => {
  const next = makeRequests(randomFrom(seed));
  let good = 0;
  const portion = 10_000;
  for (let done = 0; done < count; done += portion) {
    good += await compare(Array.from({ length: Math.min(portion, count - done) }, next));
  }
  context.diagnostic(`seed ${seed} (HALLPASS_SEED), ${good} of ${count} were no refusals`);
  assert.ok(good > count / 5 && good < count, "both answers and refusals are tried");
});
