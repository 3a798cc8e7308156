// The shape of the house: rooms, sizes, names.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";
import { longFiles, longFunctions } from "./exceptions.mjs";
import { functions } from "./functions.mjs";
import { code, cpp, files, none, read, root, script, sources } from "./sources.mjs";

const product = ["core", "server", "wasm", "js/src"];

test("only the known rooms lie at the top", () => {
  const rooms = new Set(["core", "wasm", "js", "server", "demo", "tests", "docs"]);
  const papers = /^(CMakeLists\.txt|CMakePresets\.json|(README|CHANGELOG|CONTRIBUTING|SECURITY|CODE_OF_CONDUCT)\.md|LICEN[CS]E.*|NOTICE)$/;
  none(readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith(".") && name !== "build")
    .filter((entry) => !(entry.isDirectory() ? rooms.has(entry.name) : papers.test(entry.name)))
    .map(({ name }) => name));
});

test("no file is longer than 300 lines", () => {
  const long = sources([...product, "demo", "tests"], [...cpp, ...script, ".py", ".css"])
    .map((path) => ({ path, lines: read(path).split("\n").length - 1 }))
    .filter(({ lines }) => lines > 300);
  none(long.filter(({ path }) => !longFiles[path]).map(({ path, lines }) => `${path}: ${lines} lines`));
  none(Object.keys(longFiles).filter((path) => !long.some((file) => file.path === path)));
});

test("no function is longer than 50 lines", () => {
  const long = sources([...product, "demo"], [...cpp, ...script]).flatMap((path) =>
    functions(code(path)).filter(({ lines }) => lines > 50).map((found) => ({ path, ...found })));
  const key = ({ path, name }) => `${path}: ${name}`;
  none(long.filter((found) => !longFunctions[key(found)])
    .map((found) => `${found.path}:${found.line}: ${found.name} has ${found.lines} lines`));
  none(Object.keys(longFunctions).filter((name) => !long.some((found) => key(found) === name)));
});

test("names are domain nouns", () => {
  const drawer = /(^|[._-])(utils?|helpers?|common|misc|managers?|stuff)([._-]|$)/i;
  none(files.filter((path) => path.split("/").some((part) => drawer.test(part))));
  const type = /\b(?:class|struct|interface|namespace)\s+\w*(?:Utils?|Helpers?|Common|Misc|Manager)\b/g;
  none(sources(["core", "server", "wasm", "js", "demo"], [...cpp, ...script])
    .flatMap((path) => (code(path).match(type) ?? []).map((match) => `${path}: ${match}`)));
});

test("a test in tests/core mirrors a source of the core", () => {
  const stems = sources(["core"], cpp).map((path) => basename(path).replace(/\.[ch]pp$/, ""));
  stems.push("vectors"); // what all three runtimes must answer alike
  const tests = sources(["tests/core"], [".cpp"]).filter((path) => path.endsWith("_test.cpp"));
  none(tests.filter((path) => !stems.some((stem) => basename(path).startsWith(stem))));
});

test("the length of functions is measured rightly", () => {
  const text = `namespace a {\nclass B {\n  int size() const {\n    if (x) {\n    }\n  }\n};\n}\n
    export const start = async (a) => {\n  return 1;\n};`;
  assert.deepEqual(functions(text), [
    { name: "size", line: 3, lines: 2 },
    { name: "start", line: 10, lines: 1 },
  ]);
});
