// The adapters' types against those of Express, Hono and Node.
import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

test("the adapters fit the libraries' types, strictly", async () => {
  const config = path("./adapters.types.json");
  const compilerOptions = {
    target: "ES2022", module: "NodeNext", moduleResolution: "NodeNext", strict: true, exactOptionalPropertyTypes: true,
    noEmit: true, skipLibCheck: true, types: ["node"],
    paths: Object.fromEntries(["express", "hono", "node"].map((name) => [`hallpass/${name}`, [`../../js/dist/types/${name}.d.ts`]])),
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, files: ["adapters.types.ts"] }));
  try {
    await promisify(execFile)(process.execPath, [path("../../js/node_modules/typescript/bin/tsc"), "-p", config]).catch(({ stdout }) => {
      throw new Error(stdout);
    });
  } finally {
    rmSync(config);
  }
});
