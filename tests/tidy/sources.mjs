// The project's own files, and their text without comments and string contents.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { extname, join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

const notOurs = new Set([".git", "build", "node_modules", "dist", "output", "__pycache__"]);

function walk(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.has(entry.name)) return [];
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** Every file of the project, as paths from its root. */
export const files = walk("");

export const read = (path) => readFileSync(join(root, path), "utf8");

const generated = (path) => path.includes("/generated/") || path.endsWith(".inc");

/** Hand-written files below any of the folders, with any of the extensions. */
export function sources(folders, extensions) {
  return files.filter((path) => !generated(path) && extensions.includes(extname(path)) &&
    folders.some((folder) => path.startsWith(`${folder}/`)));
}

export const cpp = [".cpp", ".hpp"];
export const script = [".ts", ".mjs", ".js"];

// Raw strings first: they may hold anything. A slash begins a regular expression only where no value
// can have ended just before it.
const token = new RegExp([
  String.raw`R"(?<raw>[^(\s]*)\([\s\S]*?\)\k<raw>"`,
  String.raw`\/\/[^\n]*`,
  String.raw`\/\*[\s\S]*?\*\/`,
  String.raw`"(?:[^"\\\n]|\\.)*"`,
  String.raw`(?<![0-9a-zA-Z])'(?:[^'\\\n]|\\.)*'`,
  String.raw`(?<=[(,=:[!&|?{};]\s*|return\s+)\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*`,
].join("|"), "g");

const blank = (text) => text.replace(/[^\n]/g, " ");

/** The code of a file: comments, strings and regular expressions blanked, every line in its place. */
export const code = (path) => read(path).replace(token, (match) => {
  const quote = match[0];
  return quote === '"' || quote === "'" ? quote + blank(match.slice(1, -1)) + quote : blank(match);
});

/** All matches of a pattern (with flag g) as "path:line: text". */
export function found(path, text, pattern) {
  return [...text.matchAll(pattern)].map((match) => {
    const line = text.slice(0, match.index).split("\n").length;
    return `${path}:${line}: ${match[0].trim()}`;
  });
}

/** Fails with the list of what was found. */
export function none(offenders) {
  if (offenders.length > 0) assert.fail(`${offenders.length} found:\n${offenders.join("\n")}`);
}
