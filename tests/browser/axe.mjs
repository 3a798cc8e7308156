// What axe-core complains about in a page.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * @param page Playwright's or Puppeteer's
 * @param within selector of the part that is looked at
 * @param except names of rules that do not apply to it
 * @returns a line for each violation: the rule, and where and how it is broken
 */
export async function violations(page, { within = "html", except = [] } = {}) {
  // Once for each document: reading it takes longer than most of its rules.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const options = {
    runOnly: rules,
    rules: Object.fromEntries(except.map((name) => [name, { enabled: false }])),
    resultTypes: ["violations"], // what holds is not described place by place
  };
  const found = await page.evaluate(
    ([selector, how]) => globalThis.axe.run(document.querySelector(selector), how).then((result) => result.violations),
    [within, options],
  );
  return found.map(({ id, nodes }) =>
    `${id}: ${nodes.map(({ target, failureSummary }) => `${target.flat().join(" ")} ${failureSummary}`).join("; ")}`);
}
