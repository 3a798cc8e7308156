import type { Grant, GrantStatus } from "../client/wire.js";

/**
 * A grant's status at `now`: a boundary that has passed since the answer counts, as it does at
 * the server (now >= until is expired).
 */
export function statusAt(grant: Grant, now: number): GrantStatus {
  const boundary =
    grant.status === "pending" ? grant.pendingUntil : grant.status === "granted" ? grant.grantedUntil : undefined;
  return boundary !== undefined && now >= Date.parse(boundary) ? "expired" : grant.status;
}
