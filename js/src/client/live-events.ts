import type { AuditEvent } from "../generated/constants.js";

/** What is told as it happens: events of the record, and one of the stream's own. */
export const liveEventNames = [
  "access_requested",
  "access_granted",
  "access_declined",
  "access_revoked",
  "access_amended",
  "access_expired",
  "impersonation_started",
  "impersonation_ended",
  /** A session or a consent ends soon; told once for each end. */
  "access_ending",
] as const satisfies readonly (AuditEvent | "access_ending")[];
export type LiveEventName = (typeof liveEventNames)[number];
