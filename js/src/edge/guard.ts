import type { CoreError } from "../core/error.js";
import { loadModule, type Module } from "../core/module.js";
import type { Session } from "../core/token.js";
import { bearerOf, credentialOf } from "./act-as.js";
import { annotated, asksForUpgrade, withoutOwnHeaders } from "./headers.js";
import { refusal } from "./refusal.js";
import { type AccessEvent, Reporter, type ReportOptions } from "./report.js";
import type { RequiredScopes } from "./routes.js";
import { createVerifier, type Verifier, type VerifierOptions } from "./verifier.js";

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
export type FetchHandler<Env, Context> = (request: Request, env: Env, context: Context) => Promise<Response>;

/** What an access touched, for the record. */
export interface Resource {
  readonly type: string;
  readonly id?: string;
}

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
  /** Where reads and writes are recorded; without it they are not. Adapters pass a reporter of their own. */
  readonly report?: ReportOptions | Reporter;
  /** Names what a request touches. Default: the path's first part, and the rest of it. */
  readonly resourceOf?: (request: Request) => Resource;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
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

function pathResource(request: Request): Resource {
  const [type = "/", ...rest] = new URL(request.url).pathname.split("/").filter((part) => part !== "");
  return rest.length === 0 ? { type } : { type, id: rest.join("/") };
}

/** An application that cannot name what was touched must not keep it off the record. */
function namedResource(
  request: Request,
  resourceOf: GuardOptions["resourceOf"],
): Pick<AccessEvent, "resourceType" | "resourceId"> {
  let resource = pathResource(request);
  try {
    resource = resourceOf?.(request) ?? resource;
  } catch (cause) {
    console.error("hallpass: resourceOf failed", cause);
  }
  return { resourceType: resource.type, ...(resource.id === undefined ? {} : { resourceId: resource.id }) };
}

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

  async handle(request: Request, env: Env, context: Context): Promise<Response> {
    const authorization = request.headers.get("Authorization");
    // What was verified before need not be read again to know what it claims to be.
    const bearer = bearerOf(authorization);
    if (bearer !== undefined && this.#verifier?.seen(bearer) !== undefined) {
      return this.#actAs(request, env, context, bearer);
    }
    const credential = credentialOf(authorization);
    if (credential.kind === "other") return this.#handler(withoutOwnHeaders(request), env, context, null);
    return this.#actAs(request, env, context, credential.token);
  }

  /** The core says which methods write (RFC 9110 section 9.2.1). */
  #writes(method: string): boolean {
    return this.#module === null || this.#module.exports.hp_method_writes(this.#module.memory.write(method)) === 1;
  }

  async #actAs(request: Request, env: Env, context: Context, token: string): Promise<Response> {
    const verifier = this.#verifier ?? (await this.#pending);
    const startedAt = this.#now();
    const required = this.#requiredScopes(request);
    const refusedFor = this.#refusedFor(request, required);
    const requiredScopes = refusedFor === null ? (required ?? []) : [];

    // Who is calling comes first: only a live session is told what it may not do here.
    const asked = { now: startedAt, requiredScopes };
    const checked = verifier.seen(token, asked) ?? (await verifier(token, asked));
    beside(context, verifier.upkeep());
    if (!checked.ok && checked.error.code !== "INSUFFICIENT_SCOPE") return refusal(checked.error);
    if (this.#reporter?.full === true) {
      this.#send(context);
      return refusal(cannotRecord);
    }
    if (checked.ok && refusedFor === null) {
      return this.#pass(request, env, context, { token, session: checked.session, startedAt });
    }
    const response = refusal(checked.ok ? (refusedFor ?? closed) : checked.error, requiredScopes.join(" "));
    // What a live session tried in vain is on record too.
    const live = checked.ok ? checked : await verifier(token, { now: startedAt });
    if (live.ok) this.#record(request, context, { token, session: live.session, startedAt }, response.status);
    return response;
  }

  #requiredScopes(request: Request): readonly string[] | null {
    const { requiredScopes = [] } = this.#options;
    return typeof requiredScopes === "function" ? requiredScopes(request) : requiredScopes;
  }

  #refusedFor(request: Request, required: readonly string[] | null): CoreError | null {
    if (required === null) return closed;
    if (asksForUpgrade(request) && (this.#options.readOnly === true || this.#options.allowUpgrades !== true)) {
      return noUpgrade;
    }
    if (this.#options.readOnly !== true) return null;
    return this.#writes(request.method) || overridesMethod(request) ? lookOnly : null;
  }

  async #pass(request: Request, env: Env, context: Context, access: Access): Promise<Response> {
    let status = 500;
    try {
      const response = await this.#handler(annotated(request, access.session), env, context, access.session);
      status = response.status;
      return response;
    } finally {
      this.#record(request, context, access, status);
    }
  }

  #record(request: Request, context: Context, access: Access, status: number): void {
    if (this.#reporter === null) return;
    const { resourceOf } = this.#options;
    this.#reporter.add(access.session.id, access.token, {
      id: crypto.randomUUID(),
      at: new Date(access.startedAt).toISOString(),
      method: request.method,
      ...namedResource(request, resourceOf),
      path: new URL(request.url).pathname, // the query may hold personal data
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
