// What the guides tell people to install is what they were tried with.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { blocksOf } from "../docs/blocks.mjs";
import { root } from "./hallpass.mjs";

const read = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));
const guides = readdirSync(join(root, "docs/guides"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
const tried = {
  ...read("tests/runtimes/package.json").devDependencies,
  ...read("tests/guides/package.json").devDependencies,
  hallpass: read("js/package.json").version,
};

/** What the tests of the guides do, in the words of a README. */
const followed = [
  /^npm install( && npm run build)?$/, // the versions below; the build where the package has one
  /^([A-Z_]+=\S+ )*npm (start|run dev)$/, // what the package's script says
  /^psql -f farm\.sql farm$/,
  /^export [A-Z_]+=/,
  /^hallpassd serve --/, // with the settings that hallpass.mjs is told
];

for (const { name } of guides) {
  test(`${name}: versions, a README in the list, and a test`, () => {
    const { dependencies = {}, devDependencies = {} } = read(`docs/guides/${name}/package.json`);
    for (const [dependency, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.equal(version, tried[dependency], dependency);
    }
    assert.match(readFileSync(join(root, "docs/guides/README.md"), "utf8"), new RegExp(`\\(${name}/README\\.md\\)`));
    for (const { text } of blocksOf(`docs/guides/${name}/README.md`).filter(({ language }) => language === "sh")) {
      for (const line of text.trim().split("\n").map((line) => line.replace(/\s+#.*$/, ""))) {
        assert.ok(followed.some((command) => command.test(line)), `no test does this: ${line}`);
      }
    }
    assert.ok(readdirSync(import.meta.dirname).includes(`${name}.test.mjs`));
  });
}
