// The code blocks of the documents.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../guides/hallpass.mjs";

/** @returns `{ language, text, begins }` of each block of a document, in order; `begins` is its first line without remarks */
export function blocksOf(file) {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, block]) => ({
    language,
    text: block,
    begins: block.split("\n")[0].replace(/\s+#.*$/, ""),
  }));
}

export const blockThatBegins = (file, begins) => {
  const found = blocksOf(file).find((block) => block.begins === begins);
  if (!found) throw new Error(`${file} has no block that begins with: ${begins}`);
  return found.text;
};

/** Puts what a test has in the place of what stands for it; each must be there, so that no example drifts away. */
export function filledIn(text, values) {
  return Object.entries(values).reduce((filled, [from, to]) => {
    if (!filled.includes(from)) throw new Error(`the example does not have: ${from}`);
    return filled.replaceAll(from, to);
  }, text);
}
