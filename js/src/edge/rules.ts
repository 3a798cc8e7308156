import type { CoreError } from "../core/error.js";
import type { ReportOptions } from "./report.js";
import type { Resource } from "./resource.js";
import type { RequiredScopes } from "./routes.js";
import { misconfigured, type Verifier, type VerifierOptions } from "./verifier.js";

/** A verifier, or what to make one of: beside the guard's own options, or under `verifier`. */
export type GuardOptions = GuardRules &
  (VerifierOptions | { readonly verifier: Verifier | Promise<Verifier> | VerifierOptions });

export interface GuardRules {
  /** Scopes that a request needs; `scopesByRoute` makes one of a table. Default: none beyond a live session. */
  readonly requiredScopes?: RequiredScopes | readonly string[];
  /** Lets act-as sessions look but not change: methods that write are refused. Default false. */
  readonly readOnly?: boolean;
  /** Lets act-as sessions switch protocols (WebSocket), where nothing ends them any more. Default false. */
  readonly allowUpgrades?: boolean;
  /**
   * Whether the request says in headers who acts for whom, for an origin behind the handler. Default
   * true. A handler that answers by itself has the session as an argument, and is spared the copy of
   * each request that headers take: for a small service in workerd, a sixth of its answers.
   */
  readonly annotate?: boolean;
  /** Where reads and writes are recorded; without it they are not. */
  readonly report?: ReportOptions;
  /** Names what a request touches. Default: the path's first part, and the rest of it. */
  readonly resourceOf?: (request: Request) => Resource;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

export const closed: CoreError = { code: "FORBIDDEN", message: "this address is closed to act-as sessions" };
export const lookOnly: CoreError = {
  code: "FORBIDDEN",
  message: "this session may look but not change anything",
  reason: "read_only",
};
export const noOverride: CoreError = {
  code: "FORBIDDEN",
  message: "an act-as session cannot name another method in the query",
};
export const noUpgrade: CoreError = {
  code: "FORBIDDEN",
  message: "an act-as session cannot switch to another protocol",
};
export const cannotRecord: CoreError = {
  code: "SERVICE_UNAVAILABLE",
  message: "what act-as sessions do cannot be recorded right now; try again shortly",
};

/** @throws HallpassConfigurationError where a rule might be taken for one that is not in force */
export function checkRules(options: GuardRules): void {
  for (const name of ["readOnly", "allowUpgrades"] as const) {
    if (!["boolean", "undefined"].includes(typeof options[name])) throw misconfigured(name, "true or false");
  }
  const { report } = options;
  // Otherwise nobody would notice before no more events find a place.
  if (report !== undefined && !/^https?:\/\//i.test(report.url)) throw misconfigured("report.url", "an http(s) URL");
}
