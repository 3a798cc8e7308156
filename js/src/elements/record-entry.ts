import type { RecordEntry } from "../client/wire.js";

/** Whether it was done in a session: something was read or written, or it is an event of the host's own, whose names have a dot. */
export function doneInSession({ event }: RecordEntry): boolean {
  return event === "resource_read" || event === "resource_write" || event.includes(".");
}
