import type { CoreError } from "../core/error.js";
import { loadModule, type Module } from "../core/module.js";
import type { Session } from "../core/token.js";
import { credentialOf } from "./act-as.js";
import { PersistentReporter } from "./delivery.js";
import { annotated, cleaned, type SeenHeaders, seenHeaders, withoutOwnHeaders } from "./headers.js";
import { type SeenQuery, seenQuery } from "./query.js";
import { refusal } from "./refusal.js";
import { namedResource } from "./resource.js";
import { cannotRecord, checkRules, closed, type GuardOptions, lookOnly, noOverride, noUpgrade } from "./rules.js";
import { createVerifier, type Verifier, type VerifyResult } from "./verifier.js";

export type { GuardOptions, GuardRules } from "./rules.js";

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

/** The handler that a guard makes. */
export interface GuardedFetch<Env, Context> extends FetchHandler<Env, Context> {
  /**
   * Sends what sessions did and the companion server does not have yet. On a server of one's own, call it
   * before the process ends; elsewhere `waitUntil` sees to it.
   * @returns how many events could not be delivered
   */
  flush(): Promise<number>;
}

/** What the handler is called with, and what the request's headers and address say. */
interface Passage<Env, Context> {
  readonly request: Request;
  readonly env: Env;
  readonly context: Context;
  readonly headers: SeenHeaders;
  readonly url: string;
  readonly query: SeenQuery;
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

/** Lets work go on after the answer. */
function beside(context: RequestContext | undefined, work: Promise<unknown> | undefined): void {
  if (work !== undefined) context?.waitUntil?.(work);
}

class Guard<Env, Context extends RequestContext | undefined> {
  readonly #handler: GuardedHandler<Env, Context>;
  readonly #options: GuardOptions;
  readonly #reporter: PersistentReporter | null;
  readonly #now: () => number;
  readonly #pending: Promise<Verifier>;
  #verifier: Verifier | null = null;
  #module: Module | null = null;

  constructor(options: GuardOptions, handler: GuardedHandler<Env, Context>) {
    checkRules(options);
    this.#handler = handler;
    this.#options = options;
    this.#reporter = options.report === undefined ? null : new PersistentReporter(options.report);
    this.#now = options.now ?? Date.now;
    const verifier = "verifier" in options ? options.verifier : options;
    const making =
      typeof verifier === "function" || verifier instanceof Promise
        ? verifier
        : createVerifier({ now: this.#now, ...verifier });
    this.#pending = this.#prepare(making);
    // Each request that needs it sees the failure; nobody should have to wait for one.
    this.#pending.catch((cause) => console.error("hallpass: the guard lets no session through", cause));
  }

  async #prepare(making: Verifier | Promise<Verifier>): Promise<Verifier> {
    this.#module = await loadModule();
    this.#verifier = await making;
    return this.#verifier;
  }

  handle(request: Request, env: Env, context: Context): Response | Promise<Response> {
    const headers = seenHeaders(request.headers);
    const { url } = request;
    const query = seenQuery(url);
    const passage = { request, env, context, headers, url, query };
    if (query.token !== null) return this.#actAs(passage, `access_token=${query.token}`); // the core refuses it
    const authorization = request.headers.get("Authorization");
    // What was verified before need not be read again to know what it claims to be.
    const bearer = authorization?.startsWith("Bearer ") === true ? authorization.slice(7) : "";
    if (bearer !== "" && this.#verifier?.seen(bearer) !== undefined) return this.#actAs(passage, bearer);
    const credential = credentialOf(authorization);
    if (credential.kind === "other") {
      if (this.#reporter !== null && this.#reporter.waiting > 0) this.#send(context); // what could not be sent before
      return this.#handler(withoutOwnHeaders(request, headers), env, context, null);
    }
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

  #asked(passage: Passage<Env, Context>): Asked {
    const required = this.#requiredScopes(passage.request);
    const refusedFor = this.#refusedFor(passage, required);
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
    const refused = this.#refuse(passage, token, now, verifier, refusal(error, [requiredScopes].flat().join(" ")));
    beside(context, refused.catch(() => {}));
    return refused;
  }

  /** What a live session tried in vain is on record too. */
  async #refuse(
    passage: Passage<Env, Context>,
    token: string,
    now: number,
    verifier: Verifier,
    response: Response,
  ): Promise<Response> {
    const live = await verifier(token, { now });
    if (live.ok) this.#record(passage, { token, session: live.session, startedAt: now }, response.status);
    return response;
  }

  #requiredScopes(request: Request): readonly string[] | null {
    const { requiredScopes = [] } = this.#options;
    return typeof requiredScopes === "function" ? (requiredScopes(request) ?? null) : requiredScopes;
  }

  #refusedFor(
    { request, headers, query }: Passage<Env, Context>,
    required: readonly string[] | null,
  ): CoreError | null {
    if (required === null) return closed;
    const { readOnly, allowUpgrades } = this.#options;
    if (headers.asksForUpgrade && (readOnly === true || allowUpgrades !== true)) return noUpgrade;
    // Routes and the core go by the request's own method.
    if (readOnly !== true) return query.overridesMethod ? noOverride : null;
    return query.overridesMethod || this.#writes(request.method) ? lookOnly : null;
  }

  #pass(passage: Passage<Env, Context>, access: Access): Response | Promise<Response> {
    const { request, env, context, headers } = passage;
    const { session } = access;
    const answer = (): Response | Promise<Response> => {
      const { annotate = true } = this.#options;
      const told = annotate ? annotated(request, headers, session) : cleaned(request, headers);
      return this.#handler(told, env, context, session);
    };
    return this.#reporter === null ? answer() : this.#onRecord(passage, access, answer);
  }

  /** An answer that is there at once is recorded at once: a promise costs workerd, and the caller may be gone. */
  #onRecord(
    passage: Passage<Env, Context>,
    access: Access,
    answer: () => Response | Promise<Response>,
  ): Response | Promise<Response> {
    let answering: Response | Promise<Response>;
    try {
      answering = answer();
    } catch (cause) {
      answering = Promise.reject(cause);
    }
    if (answering instanceof Response) {
      this.#record(passage, access, answering.status);
      return answering;
    }
    const done = this.#recordLater(passage, access, answering);
    // workerd ends a request whose caller has gone away: what it does goes on record all the same.
    const { context } = passage;
    if (context?.waitUntil !== undefined) beside(context, done.catch(() => {}));
    return done;
  }

  async #recordLater(
    passage: Passage<Env, Context>,
    access: Access,
    answering: Promise<Response>,
  ): Promise<Response> {
    let status = 500;
    try {
      const response = await answering;
      status = response.status;
      return response;
    } finally {
      this.#record(passage, access, status);
    }
  }

  #record({ request, context, url }: Passage<Env, Context>, access: Access, status: number): void {
    if (this.#reporter === null) return;
    const { pathname } = new URL(url);
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

  flush(): Promise<number> {
    return this.#reporter?.settle() ?? Promise.resolve(0);
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
): GuardedFetch<Env, Context> {
  const guard = new Guard(options, handler);
  const handle: FetchHandler<Env, Context> = (request, env, context) => guard.handle(request, env, context);
  return Object.assign(handle, { flush: () => guard.flush() });
}
