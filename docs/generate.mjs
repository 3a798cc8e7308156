// Writes docs/errors.md from the generated constants and docs/configuration.md from what hallpassd says of its
// own options; with --check it only compares.  node docs/generate.mjs [--check] [build folder]
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const docs = dirname(fileURLToPath(import.meta.url));
const root = join(docs, "..");
const words = process.argv.slice(2);
const checking = words.includes("--check");
const build = join(root, words.find((word) => !word.startsWith("--")) ?? "build/native");
const note = (source) => `<!-- Written by docs/generate.mjs from ${source}: do not edit. -->`;

function errorReference() {
  const constants = readFileSync(join(root, "js/src/generated/constants.ts"), "utf8");
  const rows = [...constants.matchAll(/^ {2}(\w+): \{ status: (\d+), title: "(.*)" \},$/gm)]
    .map(([, code, status, title]) => `| \`${code}\` | ${status} | ${title} |`);
  if (rows.length === 0) throw new Error("no error codes were found in the generated constants");
  return `# Errors

${note("core/include/hallpass/error.hpp")}

Over HTTP an error is \`application/problem+json\` (RFC 9457) whose member \`error\` is one of these codes; \`message\`, \`field\`,
\`reason\`, \`received\` and \`constraints\` say more where there is more to say ([protocol](protocol.md)). In C++ and in
JavaScript the same codes come as values, never as exceptions.

| code | HTTP | title |
|---|---|---|
${rows.join("\n")}
`;
}

const environment = { PATH: process.env.PATH, COLUMNS: "100" };
const help = (...command) =>
  execFileSync(join(build, "server/hallpassd"), [...command, "--help"], { encoding: "utf8", env: environment })
    .replaceAll(join(build, "server/hallpassd"), "hallpassd").replace(/[ \t]+$/gm, "").trim();

/** The sub-commands that a help text lists. */
const listed = (text) => [...(text.split(/^Subcommands:$/m)[1] ?? "").matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name);

function sections(command) {
  const text = help(...command);
  const title = command.length === 0 ? "hallpassd" : `hallpassd ${command.join(" ")}`;
  return [`## ${title}\n\n\`\`\`\n${text}\n\`\`\`\n`, ...listed(text).flatMap((name) => sections([...command, name]))];
}

function configurationReference() {
  return `# Configuration

${note("what \`hallpassd --help\` prints")}

A setting is a flag, a variable \`HALLPASS_*\`, or a line of the file named by \`--config\` (TOML or INI, without the dashes; what
belongs to a sub-command stands in its section, \`[serve]\`). A flag wins over the file, the file over a variable.

${sections([]).join("\n")}`;
}

const stale = [];
for (const [name, text] of [["errors.md", errorReference()], ["configuration.md", configurationReference()]]) {
  const path = join(docs, name);
  const existing = (() => { try { return readFileSync(path, "utf8"); } catch { return ""; } })();
  if (existing === text) continue;
  if (checking) stale.push(`docs/${name}`);
  else writeFileSync(path, text);
}
if (stale.length > 0) {
  console.error(`${stale.join(" and ")} are not current: run node docs/generate.mjs`);
  process.exit(1);
}
