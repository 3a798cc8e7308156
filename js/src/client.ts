export {
  type ActingEnd,
  actingClient,
  actingFetch,
  actingSession,
  beginActing,
  finishActing,
  isActingAs,
  renewActing,
  type SessionChange,
  stopActing,
  updateActing,
} from "./client/acting.js";
export { type DeviceClocks, ServerClock } from "./client/clock.js";
export {
  GrantCalls,
  type GrantQuery,
  HallpassClient,
  type PageQuery,
  SessionCalls,
} from "./client/hallpass-client.js";
export { LiveFeed, type LiveListener, type LiveState } from "./client/live.js";
export { HallpassProblem, type Problem, type ProblemCode, type ProblemConstraints } from "./client/problem.js";
export { ReceiptCalls } from "./client/receipt-calls.js";
export * from "./client/report-calls.js";
export { Transport, type TransportOptions } from "./client/transport.js";
export { UserCalls, type UserQuery } from "./client/user-calls.js";
export type * from "./client/wire.js";
