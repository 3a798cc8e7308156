// What a page that uses hallpass/elements loads before anything is shown: no chart library.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";

const folder = resolve(import.meta.dirname, "../../js/dist/browser");

/** The modules that come along with one, and those that are loaded later, when asked for. */
function modulesOf(entry) {
  const now = new Set();
  const later = new Set();
  const walk = (name) => {
    if (now.has(name)) return;
    now.add(name);
    const text = readFileSync(join(folder, name), "utf8");
    for (const [, found] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([\w.-]+\.js)"/g)) walk(found);
    for (const [, found] of text.matchAll(/\bimport\("\.\/([\w.-]+\.js)"\)/g)) later.add(found);
  };
  walk(entry);
  return { now: [...now], later: [...later] };
}

const draws = (name) => /categoryPercentage/.test(readFileSync(join(folder, name), "utf8"));

test("the chart library is a module of its own, loaded by nothing at the start", (t) => {
  const { now, later } = modulesOf("elements.js");
  const charts = later.filter(draws);
  assert.equal(charts.length, 1, `loaded later: ${later.join(", ")}`);
  assert.deepEqual(now.filter(draws), []);
  const weigh = (names) => names.reduce((sum, name) => sum + brotliCompressSync(readFileSync(join(folder, name))).length, 0);
  t.diagnostic(`elements ${weigh(now)} B brotli; the plots ${weigh(charts)} B more, when they are shown`);
});
