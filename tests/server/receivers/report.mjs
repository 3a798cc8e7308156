// What the receivers' programs share: how they tell, and when they end.

/** What a test reads: one JSON object a line. */
export const report = (object) => process.stdout.write(`${JSON.stringify(object)}\n`);

// A test that is gone needs no receiver.
process.stdin.on("end", () => process.exit(0)).resume();
