// The package as others get it: packed, and installed from the tarball into a folder of its own.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
export const root = resolve(import.meta.dirname, "../..");
export const js = join(root, "js");
/** Programs of the packages that belong to these tests alone. */
export const program = (name) => join(import.meta.dirname, "node_modules/.bin", name);

const vectorsOf = async (name) => JSON.parse(await readFile(join(root, `tests/vectors/${name}.json`), "utf8"));

/** All shared vectors in one object. */
export async function allVectors() {
  const [expiry, sessions, scopes, tokens] = await Promise.all(["expiry", "sessions", "scopes", "tokens"].map(vectorsOf));
  return { expiry, sessions, scopes, tokens };
}

/** Runs a program; what it says on either stream is in the error where it fails. */
export async function say(file, parameters, options = {}) {
  const { stdout } = await run(file, parameters, { maxBuffer: 1 << 26, timeout: 120_000, ...options });
  return stdout;
}

/** What a script says when it is done; it may say other things before. */
export const resultIn = (text) => JSON.parse(/^RESULT (.*)$/m.exec(text)?.[1] ?? `{"wrong":${JSON.stringify([text])}}`);

const main = `import * as core from "hallpass";
import * as edge from "hallpass/edge";
import vectors from "./vectors.json" with { type: "json" };
import { runVectors } from "./vectors.mjs";
console.log("RESULT " + JSON.stringify(await runVectors({ ...core, ...edge }, vectors)));
`;

/**
 * Packs js/ as it was built and installs the tarball, and nothing else, into a fresh folder with the
 * vectors and a script that asks them.
 */
export async function installPackage() {
  const folder = await mkdtemp(join(tmpdir(), "hallpass-package-"));
  const [packed] = JSON.parse(await say("npm", ["pack", "--json", "--silent", "--pack-destination", folder], { cwd: js }));
  const tarball = join(folder, packed.filename);
  const app = join(folder, "app");
  await mkdir(app);
  await writeFile(join(app, "package.json"), '{ "name": "somebody-else", "private": true, "type": "module" }\n');
  await say("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", tarball], { cwd: app });
  await writeFile(join(app, "vectors.json"), JSON.stringify(await allVectors()));
  await writeFile(join(app, "vectors.mjs"), await readFile(join(import.meta.dirname, "vectors.mjs")));
  await writeFile(join(app, "main.mjs"), main);
  return {
    folder: app,
    tarball,
    files: packed.files.map(({ path }) => path),
    size: packed.size,
    /** Puts a file into the folder. */
    write: async (name, text) => {
      await mkdir(join(app, name, ".."), { recursive: true });
      await writeFile(join(app, name), text);
      return join(app, name);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
