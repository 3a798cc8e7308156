// Peers are measured turn by turn, and compared turn by turn, so that a noisy moment hits all alike.
import { readdirSync, readFileSync } from "node:fs";

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** On a machine that is busy with other things: HALLPASS_BENCH_CLOCK=cpu counts a process's time on processors alone. */
export const byCpu = process.env.HALLPASS_BENCH_CLOCK === "cpu";

/** Milliseconds that this process has been on processors. */
export const ownCpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
/** The clock that this process is measured by. */
export const ownClock = byCpu ? ownCpu : () => performance.now();
/** Milliseconds that another process's threads have been on processors. */
export const cpuOf = (pid) => () => {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8"));
  return threads.reduce((sum, stat) => sum + Number(stat.split(" ")[0]), 0) / 1e6;
};

/**
 * @param subjects functions by name; each is called with a number of calls and resolves when they are done
 * @returns by name, the microseconds a call in each round
 */
export async function takeTurns(subjects, { rounds = 15, milliseconds = 40, cpu = ownCpu } = {}) {
  const clock = byCpu ? cpu : () => performance.now();
  const entries = [];
  for (const [name, run] of Object.entries(subjects)) {
    await run(10);
    let size = 10;
    for (let elapsed = 0; elapsed < milliseconds / 4; ) {
      size *= 2;
      const start = clock();
      await run(size);
      elapsed = clock() - start;
      if (elapsed >= milliseconds / 4) size = Math.max(1, Math.round((size * milliseconds) / elapsed));
    }
    entries.push({ name, run, size, times: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { run, size, times } of entries) {
      const start = clock();
      await run(size);
      times.push(((clock() - start) * 1000) / size);
    }
  }
  return Object.fromEntries(entries.map(({ name, times }) => [name, times]));
}

/** How much longer one takes than the other: the median of the rounds' ratios. */
export const ratioOf = (times, others) => median(times.map((time, round) => time / others[round]));
