// Reads from a runner's output how many tests passed and failed.

/** Node's TAP reporter: its closing comments. Cancelled tests have failed; skipped ones are named. */
function fromTap(output, code) {
  const count = (word) => Number(output.match(new RegExp(`^# ${word} (\\d+)$`, "m"))?.[1] ?? 0);
  const failed = count("fail") + count("cancelled");
  return {
    passed: count("pass"),
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: count("skipped") + count("todo"),
  };
}

/** CTest --verbose: Catch2's cases where a test is Catch2's, else the test itself. */
function fromCtest(output, code) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const cases = new Map(); // number of the CTest test: its Catch2 cases
  for (const line of output.split("\n")) {
    const all = line.match(/^(\d+): All tests passed \(.* in (\d+) test cases?\)/);
    if (all) cases.set(all[1], { passed: Number(all[2]), failed: 0 });
    const some = line.match(/^(\d+): test cases:\s+(\d+) \|.*?(?:(\d+) passed \| )?(\d+) failed/);
    if (some) cases.set(some[1], { passed: Number(some[3] ?? 0), failed: Number(some[4]) });
    const end = line.match(/^\s*\d+\/\d+ Test\s+#(\d+): .*?(Passed|Skipped|\*\*\*|Not Run)/);
    if (!end) continue;
    const [, number, verdict] = end;
    const counted = cases.get(number) ?? { passed: verdict === "Passed" ? 1 : 0, failed: 0 };
    total.passed += counted.passed;
    total.failed += counted.failed;
    if (verdict === "Skipped") total.skipped += 1;
    else if (verdict !== "Passed" && counted.failed === 0) total.failed += 1;
  }
  if (code !== 0 && total.failed === 0) total.failed = 1;
  return total;
}

const fromExit = (_output, code) =>
  ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });

const readers = { tap: fromTap, ctest: fromCtest, exit: fromExit };

/**
 * @param reads "tap", "ctest" or "exit"
 * @param output all that the command wrote
 * @param code its exit code; a failure that the output does not explain counts as one failed test
 */
export function outcome(reads, output, code) {
  return readers[reads](output, code);
}
