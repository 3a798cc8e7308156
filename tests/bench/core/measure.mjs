// Medians of interleaved batches: peers are measured turn by turn, so that a noisy moment hits all alike.

const now = () => Number(process.hrtime.bigint());

/** Calls per batch so that one lasts about `milliseconds`. */
function batchSize(run, milliseconds) {
  let size = 1;
  for (;;) {
    const start = now();
    for (let at = 0; at < size; at++) run(at);
    const elapsed = (now() - start) / 1e6;
    if (elapsed >= milliseconds / 2) return Math.max(1, Math.round((size * milliseconds) / elapsed));
    size *= 4;
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * @param subjects functions by name; each is called with a running number
 * @returns nanoseconds a call, by name
 */
export function measure(subjects, { rounds = 15, milliseconds = 40 } = {}) {
  const entries = Object.entries(subjects).map(([name, run]) => ({ name, run, times: [] }));
  for (const entry of entries) entry.size = batchSize(entry.run, milliseconds);
  for (let round = 0; round < rounds; round++) {
    for (const { run, size, times } of entries) {
      const start = now();
      for (let at = 0; at < size; at++) run(at);
      times.push((now() - start) / size);
    }
  }
  return Object.fromEntries(entries.map(({ name, times }) => [name, median(times)]));
}

export function report(name, value, unit) {
  console.log(`${name} ${Number(value.toPrecision(4))} ${unit}`);
}

export function ratio(name, value, bar, sense = "at least") {
  const met = sense === "at least" ? value >= bar : value <= bar;
  console.log(`ratio ${name} ${Number(value.toPrecision(4))} (bar: ${sense} ${bar}${met ? "" : ", MISSED"})`);
}
