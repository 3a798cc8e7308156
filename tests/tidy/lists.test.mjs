// One list per constant: what the core lists, and the generator writes for TypeScript, is typed nowhere else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cpp, read, script, sources } from "./sources.mjs";

const generated = read("js/src/generated/constants.ts");
const members = (body) => [...body.matchAll(/"([^"\n]*)"/g)].map(([, member]) => member);
const lists = [...generated.matchAll(/export const (\w+) = \[\n(.*?)\] as const/gs)]
  .map(([, name, body]) => ({ name, all: members(body) }))
  .filter(({ all }) => all.length > 2); // two words are no list

/** Names of lists that a text holds whole, as a literal of texts between brackets. */
function listsIn(text) {
  const literals = [...text.matchAll(/[[{(]\s*("[^"\n]*"(?:\s*(?:,\s*)?"[^"\n]*"){2,})\s*(?:,\s*)?[\])}]/g)].map(([, body]) => new Set(members(body)));
  return lists.filter(({ all }) => literals.some((held) => all.every((member) => held.has(member)))).map(({ name }) => name);
}

test("a second list is noticed", () => {
  assert.ok(lists.length >= 6, "the generated constants are read");
  const [{ name, all }] = lists;
  assert.deepEqual(listsIn(`const again = ${JSON.stringify(all)};`), [name]);
  assert.deepEqual(listsIn(`const part = ${JSON.stringify(all.slice(1))};`), []);
});

test("no constant of the core is listed a second time", () => {
  const twice = sources(["core", "server", "wasm", "js", "demo"], [...cpp, ...script])
    .map((path) => [path, listsIn(read(path))])
    .filter(([, names]) => names.length > 0);
  assert.deepEqual(twice, []);
});
