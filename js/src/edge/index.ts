export type { CoreError, Refused } from "../core/error.js";
export type { Session } from "../core/token.js";
export type { Fetch } from "./fetching.js";
export {
  createGuard,
  type FetchHandler,
  type GuardedFetch,
  type GuardedHandler,
  type GuardOptions,
  type RequestContext,
} from "./guard.js";
export { HallpassConfigurationError, type JsonWebKeySet } from "./keys.js";
export { type PushOptions, type PushSource, revocationEvents } from "./push.js";
export type { ReportOptions } from "./report.js";
export type { Resource } from "./resource.js";
export type { RevocationOptions } from "./revocation.js";
export { type RequiredScopes, type Route, scopesByRoute } from "./routes.js";
export {
  createVerifier,
  type Verified,
  type Verifier,
  type VerifierOptions,
  type VerifyOptions,
  type VerifyResult,
} from "./verifier.js";
