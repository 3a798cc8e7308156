// What may not be written: in the core, in TypeScript, anywhere.

import assert from "node:assert/strict";
import { extname } from "node:path";
import { test } from "node:test";
import { allowedWords } from "./exceptions.mjs";
import { code, cpp, files, found, none, read, script, sources } from "./sources.mjs";
import { anywhere, inTheCore, inTypeScript, inTypeScriptText } from "./words.mjs";

const core = sources(["core"], cpp);
const typescript = sources(["js", "demo"], [".ts"]);
const written = new Set([...cpp, ...script, ".py", ".sh", ".md", ".css", ".html", ".txt", ".sql", ""]);

const excused = (line) => allowedWords.some(({ path, word }) => line.startsWith(`${path}:`) && line.includes(word));

function forbid(rules, paths, text) {
  for (const { rule, pattern, bad, good } of rules) {
    test(rule, () => {
      assert.match(bad, new RegExp(pattern.source, pattern.flags.replace("g", "")), "the rule sees nothing");
      assert.doesNotMatch(good, new RegExp(pattern.source, pattern.flags.replace("g", "")), "the rule sees too much");
      none(paths.flatMap((path) => found(path, text(path), pattern)).filter((line) => !excused(line)));
    });
  }
}

forbid(inTheCore, core, code);
forbid(inTypeScript, typescript, code);
forbid(inTypeScriptText, typescript, read);
forbid(anywhere, files.filter((path) => written.has(extname(path))), read);

test("every allowed word is still there", () =>
  none(allowedWords.filter(({ path, word }) => !code(path).includes(word)).map(({ path }) => path)));

test("the core includes the standard library, date and nlohmann_json alone", () => {
  const allowed = /#\s*include\s+(?:<[a-z0-9_]+>|<date\/date\.h>|<nlohmann\/[\w./]+>|"[\w./]+\.(?:hpp|inc)")/;
  none(core.flatMap((path) => found(path, read(path), /^#\s*include.*$/gm))
    .filter((line) => !allowed.test(line)));
});

test("server and wasm never meet, and nobody includes what uses them", () => {
  const include = /^#\s*include\s+"(?:\.\.\/)*(?:server|wasm|js|demo|tests)\/.*$/gm;
  none(sources(["core", "wasm", "server"], cpp).flatMap((path) => found(path, read(path), include)));
});

test("one file of the package touches the module's memory", () => {
  const touching = sources(["js/src"], [".ts"]).filter((path) => /\bmemory\.buffer\b/.test(code(path)));
  assert.ok(touching.length <= 1, `more than one: ${touching.join(", ")}`);
});

test("lock files name no registry", () =>
  none(files.filter((path) => path.endsWith("package-lock.json"))
    .flatMap((path) => found(path, read(path), /"resolved": "https?:[^"]*"/g))));

test("no test is skipped, left for later, or stands alone", () =>
  none(files.filter((path) => path.startsWith("tests/") && path.endsWith(".test.mjs"))
    .flatMap((path) => found(path, code(path), /\b(?:test|it|describe)\.(?:only|skip|todo)\b/g))));
