// Ports for programs that must be told theirs.

import { createServer } from "node:net";

// Linux gives connections a port from 32768 on: one that is free there now may be somebody's before it is listened on.
const first = 10_000;
const beyond = 32_000;

function isFree(port) {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once("error", () => answer(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => answer(true)));
  });
}

/** The first of so many ports in a row that nobody listens on. */
export async function freePorts(count = 1) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const base = first + Math.floor(Math.random() * (beyond - first));
    const free = await Promise.all(Array.from({ length: count }, (_, at) => isFree(base + at)));
    if (free.every(Boolean)) return base;
  }
  throw new Error(`No ${count} free ports in a row were found.`);
}
