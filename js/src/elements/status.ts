import type { Grant, GrantStatus } from "../client/wire.js";
import type { ScreenCore } from "./screen-core.js";

/**
 * A grant's status at `now`, as the core derives it from the clock: a boundary that has passed
 * since the server's answer counts. Without the core, the server's answer stands.
 */
export function statusAt(core: ScreenCore | null, grant: Grant, now: number): GrantStatus {
  const boundary = grant.status === "pending" ? grant.pendingUntil : grant.grantedUntil;
  if (core === null || boundary === undefined) return grant.status;
  return core.grantStatus(grant.status, Date.parse(boundary), now);
}
