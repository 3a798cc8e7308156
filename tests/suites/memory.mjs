// Where the databases of tests lie.

import { mkdtempSync, statfsSync } from "node:fs";
import { join } from "node:path";

const roomNeeded = 4e9; // as tests/server/postgresql.sh asks for its clusters

/**
 * A new folder in memory, undefined where there is no room for it. To make a change durable on a disk takes a server longer
 * than all else that a test asks of it; what tests kill is the server, never the machine.
 */
export function folderInMemory(memory = "/dev/shm", needed = roomNeeded) {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= needed ? mkdtempSync(join(memory, "hallpass-tests-")) : undefined;
  } catch {
    return undefined;
  }
}
