// The code of the READMEs, run in workerd as it stands but for names of hosts.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { startWorkerd } from "../edge/workerd.mjs";
import { until } from "../guides/guide.mjs";
import { root, startHallpass } from "../guides/hallpass.mjs";
import { blockThatBegins, filledIn } from "./blocks.mjs";

const folder = mkdtempSync(join(tmpdir(), "hallpass-examples-"));
const closing = [];
let hallpass;
let grant;
let token;

before(async () => {
  symlinkSync(join(root, "demo/node_modules"), join(folder, "node_modules"));
  hallpass = await startHallpass();
});
beforeEach(async () => {
  grant = await hallpass.consent();
  ({ token } = await hallpass.act(["parcels:read"]));
});
after(async () => {
  for (const stop of closing) await stop();
  await hallpass?.stop();
  rmSync(folder, { recursive: true });
});

/** Runs an example as somebody's worker. @returns asks it with an act-as token: status and text */
async function worker(name, code) {
  writeFileSync(join(folder, name), filledIn(code, { "https://api.example.com": hallpass.url, "my-app": hallpass.audience }));
  const { url, stop } = await startWorkerd(relative(join(root, "tests/edge"), join(folder, name)));
  closing.push(stop);
  return async (credential) => {
    const response = await fetch(url, { headers: credential ? { Authorization: `Bearer ${credential}` } : {} });
    return [response.status, await response.text()];
  };
}

/** The same claims under a signature that is not theirs. */
const tampered = (whole) => whole.replace(/\.(.)([^.]+)$/, (_, first, rest) => `.${first === "A" ? "B" : "A"}${rest}`);
/** The user takes the access back, and the worker hears of it. */
async function withdrawn(ask) {
  await grant.withdraw();
  const refused = await until(async () => {
    const answer = await ask(token);
    return answer[0] !== 200 && answer;
  }, "the withdrawal holds");
  refusedAs(refused, "TOKEN_REVOKED");
}

const refusedAs = (answer, code) => assert.deepEqual([answer[0], JSON.parse(answer[1]).error], [401, code]);

test("a newcomer's worker has under 20 lines, and refuses", async () => {
  const code = blockThatBegins("js/README.md", "// An edge worker (Cloudflare, Deno, Bun, …) that refuses what is expired, revoked, forged or over-scoped.");
  assert.ok(code.trim().split("\n").length < 20);
  const ask = await worker("package.mjs", code);
  assert.deepEqual(await ask(), [200, "hello, whoever is signed in"]);
  assert.deepEqual(await ask(token), [200, "hello, piet"]);
  refusedAs(await ask(tampered(token)), "TOKEN_SIGNATURE_INVALID");
  await withdrawn(ask);
});

test("the worker of the front page lets in while the user allows it", async () => {
  const code = blockThatBegins("README.md", 'import { createGuard } from "hallpass/edge";');
  assert.ok(code.trim().split("\n").length < 20);
  const ask = await worker("front.mjs", filledIn(code, {
    "fetch(request), // your application": 'new Response(`for ${request.headers.get("Hallpass-Subject")}`),',
  }));
  assert.deepEqual(await ask(token), [200, "for piet"]);
  refusedAs(await ask(tampered(token)), "TOKEN_SIGNATURE_INVALID");
  await withdrawn(ask);
});
