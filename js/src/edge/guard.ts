import type { CoreError } from "../core/error.js";
import { loadModule, type Module } from "../core/module.js";
import type { Session } from "../core/token.js";
import { credentialOf } from "./act-as.js";
import { annotated, cleaned, type SeenHeaders, seenHeaders, withoutOwnHeaders } from "./headers.js";
import { refusal } from "./refusal.js";
import { Reporter, type ReportOptions } from "./report.js";
import { namedResource, type Resource } from "./resource.js";
import type { RequiredScopes } from "./routes.js";
import { createVerifier, type Verifier, type VerifierOptions, type VerifyResult } from "./verifier.js";

/** What a runtime passes beside the request, as far as the guard uses it. */
export interface RequestContext {
  waitUntil?(promise: Promise<unknown>): void;
}

/** A fetch handler. The guard adds the session as the last argument, null where nobody acts. */
export type GuardedHandler<Env, Context> = (
  request: Request,
  env: Env,
  context: Context,
  session: Session | null,
) => Response | Promise<Response>;
/** The answer comes at once where nothing is waited for: a promise more costs workerd a twentieth of a request. */
export type FetchHandler<Env, Context> = (
  request: Request,
  env: Env,
  context: Context,
) => Response | Promise<Response>;

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
  /** Where reads and writes are recorded; without it they are not. Adapters pass a reporter of their own. */
  readonly report?: ReportOptions | Reporter;
  /** Names what a request touches. Default: the path's first part, and the rest of it. */
  readonly resourceOf?: (request: Request) => Resource;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** What the handler is called with, and what the request's headers say. */
interface Passage<Env, Context> {
  readonly request: Request;
  readonly env: Env;
  readonly context: Context;
  readonly headers: SeenHeaders;
}

/** What an act-as request needs, and why it cannot pass whoever calls. */
interface Asked {
  readonly now: number;
  readonly requiredScopes: readonly string[];
  readonly refusedFor: CoreError | null;
}

/** One request of a live session. */
interface Access {
  readonly token: string;
  readonly session: Session;
  readonly startedAt: number;
}

const closed: CoreError = { code: "FORBIDDEN", message: "this address is closed to act-as sessions" };
const lookOnly: CoreError = {
  code: "FORBIDDEN",
  message: "this session may look but not change anything",
  reason: "read_only",
};
const noUpgrade: CoreError = { code: "FORBIDDEN", message: "an act-as session cannot switch to another protocol" };
const cannotRecord: CoreError = {
  code: "SERVICE_UNAVAILABLE",
  message: "what act-as sessions do cannot be recorded right now; try again shortly",
};

/** Lets work go on after the answer. */
function beside(context: RequestContext | undefined, work: Promise<unknown> | undefined): void {
  if (work !== undefined) context?.waitUntil?.(work);
}

/** Whether the request names another method in its query, as some frameworks let it. */
function overridesMethod(request: Request): boolean {
  return new URL(request.url).searchParams.has("_method");
}

class Guard<Env, Context extends RequestContext | undefined> {
  readonly #handler: GuardedHandler<Env, Context>;
  readonly #options: GuardOptions;
  readonly #reporter: Reporter | null;
  readonly #now: () => number;
  readonly #pending: Promise<Verifier>;
  #verifier: Verifier | null = null;
  #module: Module | null = null;

  constructor(options: GuardOptions, handler: GuardedHandler<Env, Context>) {
    this.#handler = handler;
    this.#options = options;
    const { report = null } = options;
    this.#reporter = report === null || report instanceof Reporter ? report : new Reporter(report);
    this.#now = options.now ?? Date.now;
    const verifier = "verifier" in options ? options.verifier : options;
    const making =
      typeof verifier === "function" || verifier instanceof Promise
        ? verifier
        : createVerifier({ now: this.#now, ...verifier });
    this.#pending = this.#prepare(making);
    this.#pending.catch(() => {}); // each request that needs it sees the failure
  }

  async #prepare(making: Verifier | Promise<Verifier>): Promise<Verifier> {
    this.#module = await loadModule();
    this.#verifier = await making;
    return this.#verifier;
  }

  handle(request: Request, env: Env, context: Context): Response | Promise<Response> {
    const headers = seenHeaders(request.headers);
    const passage = { request, env, context, headers };
    const authorization = request.headers.get("Authorization");
    // What was verified before need not be read again to know what it claims to be.
    const bearer = authorization?.startsWith("Bearer ") === true ? authorization.slice(7) : "";
    if (bearer !== "" && this.#verifier?.seen(bearer) !== undefined) return this.#actAs(passage, bearer);
    const credential = credentialOf(authorization);
    if (credential.kind === "other") return this.#handler(withoutOwnHeaders(request, headers), env, context, null);
    return this.#actAs(passage, credential.token);
  }

  /** The core says which methods write (RFC 9110 section 9.2.1). */
  #writes(method: string): boolean {
    return this.#module === null || this.#module.exports.hp_method_writes(this.#module.memory.write(method)) === 1;
  }

  /** Without a promise where the token was seen before. */
  #actAs(passage: Passage<Env, Context>, token: string): Response | Promise<Response> {
    const verifier = this.#verifier;
    if (verifier === null) return this.#pending.then(() => this.#actAs(passage, token));
    const asked = this.#asked(passage);
    const checked = verifier.seen(token, asked);
    if (checked !== undefined) return this.#decide(passage, token, asked, verifier, checked);
    return verifier(token, asked).then((found) => this.#decide(passage, token, asked, verifier, found));
  }

  #asked({ request, headers }: Passage<Env, Context>): Asked {
    const required = this.#requiredScopes(request);
    const refusedFor = this.#refusedFor(request, headers, required);
    return { now: this.#now(), requiredScopes: refusedFor === null ? (required ?? []) : [], refusedFor };
  }

  /** Who is calling comes first: only a live session is told what it may not do here. */
  #decide(
    passage: Passage<Env, Context>,
    token: string,
    asked: Asked,
    verifier: Verifier,
    checked: VerifyResult,
  ): Response | Promise<Response> {
    const { context } = passage;
    beside(context, verifier.upkeep());
    if (!checked.ok && checked.error.code !== "INSUFFICIENT_SCOPE") return refusal(checked.error);
    if (this.#reporter?.full === true) {
      this.#send(context);
      return refusal(cannotRecord);
    }
    const { now, requiredScopes, refusedFor } = asked;
    if (checked.ok && refusedFor === null) {
      return this.#pass(passage, { token, session: checked.session, startedAt: now });
    }
    const error = checked.ok ? (refusedFor ?? closed) : checked.error;
    return this.#refuse(passage, token, now, verifier, refusal(error, requiredScopes.join(" ")));
  }

  /** What a live session tried in vain is on record too. */
  async #refuse(
    { request, context }: Passage<Env, Context>,
    token: string,
    now: number,
    verifier: Verifier,
    response: Response,
  ): Promise<Response> {
    const live = await verifier(token, { now });
    if (live.ok) this.#record(request, context, { token, session: live.session, startedAt: now }, response.status);
    return response;
  }

  #requiredScopes(request: Request): readonly string[] | null {
    const { requiredScopes = [] } = this.#options;
    return typeof requiredScopes === "function" ? requiredScopes(request) : requiredScopes;
  }

  #refusedFor(
    request: Request,
    { asksForUpgrade }: SeenHeaders,
    required: readonly string[] | null,
  ): CoreError | null {
    if (required === null) return closed;
    if (asksForUpgrade && (this.#options.readOnly === true || this.#options.allowUpgrades !== true)) {
      return noUpgrade;
    }
    if (this.#options.readOnly !== true) return null;
    return this.#writes(request.method) || overridesMethod(request) ? lookOnly : null;
  }

  #pass(passage: Passage<Env, Context>, access: Access): Response | Promise<Response> {
    const { request, env, context, headers } = passage;
    const { session } = access;
    const answer = (): Response | Promise<Response> => {
      const { annotate = true } = this.#options;
      const told = annotate ? annotated(request, headers, session) : cleaned(request, headers);
      return this.#handler(told, env, context, session);
    };
    return this.#reporter === null ? answer() : this.#onRecord(request, context, access, answer);
  }

  async #onRecord(
    request: Request,
    context: Context,
    access: Access,
    answer: () => Response | Promise<Response>,
  ): Promise<Response> {
    let status = 500;
    try {
      const response = await answer();
      status = response.status;
      return response;
    } finally {
      this.#record(request, context, access, status);
    }
  }

  #record(request: Request, context: Context, access: Access, status: number): void {
    if (this.#reporter === null) return;
    const { pathname } = new URL(request.url);
    this.#reporter.add(access.session.id, access.token, {
      id: crypto.randomUUID(),
      at: new Date(access.startedAt).toISOString(),
      method: request.method,
      ...namedResource(request, pathname, this.#options.resourceOf),
      path: pathname, // the query may hold personal data
      status,
      durationMs: Math.max(0, Math.round(this.#now() - access.startedAt)),
    });
    this.#send(context);
  }

  #send(context: Context): void {
    beside(context, this.#reporter?.flush());
  }
}

/**
 * Wraps a fetch handler: act-as requests are verified, annotated and recorded, or refused; all others
 * pass untouched, but for headers that only the guard may set.
 * @example
 * export default { fetch: createGuard({ issuer, audience, keys }, (request) => fetch(request)) };
 */
export function createGuard<Env = unknown, Context extends RequestContext | undefined = RequestContext | undefined>(
  options: GuardOptions,
  handler: GuardedHandler<Env, Context>,
): FetchHandler<Env, Context> {
  const guard = new Guard(options, handler);
  return (request, env, context) => guard.handle(request, env, context);
}
