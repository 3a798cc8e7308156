// What a failed run says about its failures, out of all that it wrote.

// Catch2's verdicts, TAP's, CTest's, the sanitizers', a command that was stopped, a compiler's.
const complaint = new RegExp([
  String.raw`^(?:\d+: )?\s*not ok \d+`,
  String.raw`^(?:\d+: )?(?:\S+:\d+: )?FAILED:`,
  String.raw`\*\*\*(?:Failed|Timeout|Exception|Not Run)`,
  "(?:Address|Thread|Leak)Sanitizer",
  "runtime error: ",
  "^stopped: ",
  String.raw`^\S+:\d+:\d+: (?:fatal )?error: `,
].join("|"));
const noise = /^(?:\d+: )?\s*(?:ok \d|# Subtest|duration_ms|type:|\.\.\.$|---$|1\.\.|stack:)|\(node:internal|^\d+: (?:# )?\[\d{4}-\d\d-\d\d [^\]]+\]/;

const linesBefore = 8; // Catch2 names its case above the verdict
const linesAfter = 12;
const linesAtMost = 120;

/**
 * The lines around each complaint, with the server's log lines and passed tests left out; the last lines
 * where none of them is a complaint. At most 120, so that the first ones are not lost among the rest.
 */
export function complaints(output) {
  const lines = output.split("\n").filter((line) => !noise.test(line));
  const wanted = new Set();
  lines.forEach((line, at) => {
    if (!complaint.test(line)) return;
    for (let near = at - linesBefore; near <= at + linesAfter; ++near) wanted.add(near);
  });
  if (wanted.size === 0) return lines.slice(-linesAtMost / 2).join("\n");
  return lines.filter((_line, at) => wanted.has(at)).slice(0, linesAtMost).join("\n");
}
