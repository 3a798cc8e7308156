// The adapters' types against those of Express, Hono and Node.
import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Compiles for Node, strictly; throws with what the compiler says. */
async function compiles(name, files, more) {
  const config = path(`./${name}.json`);
  const compilerOptions = {
    target: "ES2022", module: "NodeNext", moduleResolution: "NodeNext", strict: true, exactOptionalPropertyTypes: true,
    noEmit: true, types: ["node"], ...more,
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  try {
    await promisify(execFile)(process.execPath, [path("../../js/node_modules/typescript/bin/tsc"), "-p", config]).catch(({ stdout }) => {
      throw new Error(stdout);
    });
  } finally {
    rmSync(config);
  }
}

test("the adapters fit the libraries' types, strictly", () => {
  const paths = Object.fromEntries(["express", "hono", "node"].map((name) => [`hallpass/${name}`, [`../../js/dist/types/${name}.d.ts`]]));
  return compiles("adapters.types", ["adapters.types.ts"], { skipLibCheck: true, paths });
});

test("servers' own types are whole where there is no DOM, and are checked themselves", () =>
  compiles("servers.types", ["index", "edge/index", "node", "express"].map((name) => `../../js/dist/types/${name}.d.ts`), { lib: ["ES2022"] }));
