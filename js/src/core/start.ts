import {
  type GrantStatus,
  grantStatuses,
  type LimitedBy,
  limitedBy,
  type Permission,
  permissions,
} from "../generated/constants.js";
import { type Refused, wrongType } from "./error.js";
import type { CoreExports } from "./exports.js";
import type { Memory } from "./memory.js";
import type { PolicyChoice } from "./policy.js";
import type { ScopeCalls } from "./scopes.js";
import { StartWriter } from "./start-writer.js";

export interface StartGrant {
  readonly id: string;
  readonly status: GrantStatus;
  readonly grantedUntil: number | null;
  /** null: standing access, any agent of the tenant */
  readonly agentId: string | null;
  readonly ticketId: string | null;
  /** Space-separated; null: not narrowed. */
  readonly scopes: string | null;
}

/** Everything that a start depends on (StartFacts in core/include/hallpass/session.hpp). */
export interface StartFacts {
  readonly agent: {
    readonly id: string;
    /** Bits, from `permissionsOf`. */
    readonly permissions: number;
    readonly known?: boolean;
    readonly inTenant?: boolean;
    readonly banned?: boolean;
    readonly actingAs?: boolean;
  };
  readonly tenant: string;
  readonly tenantExists?: boolean;
  readonly policy: PolicyChoice;
  readonly subject: {
    readonly id: string;
    readonly scopes: string;
    readonly existsInTenant?: boolean;
    readonly staff?: boolean;
    readonly banned?: boolean;
    readonly optedOut?: boolean;
  };
  readonly reason: string;
  readonly ticket?: string | null;
  readonly ttlMinutes?: number | null;
  readonly scopes?: string | null;
  readonly readOnly?: boolean;
  readonly grants: readonly StartGrant[];
  readonly sessions: readonly { readonly agentId: string; readonly subjectId: string; readonly expiresAt: number }[];
}

export interface SessionPlan {
  readonly ok: true;
  readonly startedAt: number;
  readonly expiresAt: number;
  readonly limitedBy: LimitedBy;
  readonly ttlMinutes: number;
  /** Into `grants`; null where no consent was needed. */
  readonly grantIndex: number | null;
  readonly scopes: string;
  readonly scopesNarrowed: boolean;
}

// wasm/start_facts.hpp, in words: what texts are where, and how large everything is.
const agentPlace = 0;
const tenantPlace = 2;
const subjectPlace = 4;
const reasonPlace = 6;
const ticketPlace = 8;
const startWords = 18;
const grantWords = 8;
const sessionWords = 6;
const grantStatusNumbers = new Map<string, number>(grantStatuses.map((status, at) => [status, at]));
const noScopes = -1;

const length = (text: string | null | undefined): number => (typeof text === "string" ? text.length : 0);

/** Room for all the texts, at most three bytes a UTF-16 unit; or the name of one that must be there and is not. */
function textRoom(facts: StartFacts): number | string {
  const { agent, tenant, subject, reason } = facts;
  if (typeof agent.id !== "string") return "agent.id";
  if (typeof tenant !== "string") return "tenant";
  if (typeof subject.id !== "string") return "subject.id";
  if (typeof subject.scopes !== "string") return "subject.scopes";
  if (typeof reason !== "string") return "reason";
  let units = agent.id.length + tenant.length + subject.id.length + reason.length + length(facts.ticket);
  for (const grant of facts.grants) units += length(grant.agentId) + length(grant.ticketId);
  for (const { agentId, subjectId } of facts.sessions) {
    if (typeof agentId !== "string" || typeof subjectId !== "string") return "sessions";
    units += agentId.length + subjectId.length;
  }
  return units * 3;
}

/** The bits of StartFlag. What is not said is what lets nothing through that should not pass. */
function flagsOf(facts: StartFacts): number {
  const { agent, subject } = facts;
  return (
    (agent.known === false ? 0 : 1) |
    (agent.inTenant === false ? 0 : 2) |
    (agent.banned === true ? 4 : 0) |
    (agent.actingAs === true ? 8 : 0) |
    (facts.tenantExists === false ? 0 : 16) |
    (subject.existsInTenant === false ? 0 : 32) |
    (subject.staff === true ? 64 : 0) |
    (subject.banned === true ? 128 : 0) |
    (subject.optedOut === true ? 256 : 0) |
    (facts.readOnly === true ? 512 : 0) |
    (typeof facts.ttlMinutes === "number" ? 1024 : 0)
  );
}

/** Decides starts of sessions and statuses of grants. */
export class StartCalls {
  readonly #core: CoreExports;
  readonly #memory: Memory;
  readonly #scopes: ScopeCalls;
  readonly #writer = new StartWriter();
  /** Of the call that runs: the number of each grant's scopes. */
  readonly #grantScopes: number[] = [];

  constructor(core: CoreExports, memory: Memory, scopes: ScopeCalls) {
    this.#core = core;
    this.#memory = memory;
    this.#scopes = scopes;
  }

  planSession(facts: StartFacts, now: number): SessionPlan | Refused {
    if (typeof now !== "number") return wrongType("now", "milliseconds since the epoch");
    const { grants, ttlMinutes } = facts;
    if (typeof ttlMinutes === "number" && !Number.isSafeInteger(ttlMinutes)) {
      return wrongType("ttlMinutes", "a whole number of minutes");
    }
    const room = textRoom(facts);
    if (typeof room === "string") return wrongType(room, "text");
    const policy = this.#scopes.policy(facts.policy);
    if (typeof policy !== "number") return policy;
    // Handles that are used together must not push each other out.
    this.#scopes.makeRoom(grants.length + 2);
    const owned = facts.subject.scopes;
    const subjectScopes = this.#scopes.handle(owned);
    if (subjectScopes < 0) return this.#memory.refused();
    const scopes = this.#optional(facts.scopes, owned, subjectScopes);
    if (scopes < noScopes) return this.#memory.refused();
    for (let at = 0; at < grants.length; at++) {
      const handle = this.#optional(grants[at]?.scopes, owned, subjectScopes);
      if (handle < noScopes) return this.#memory.refused();
      this.#grantScopes[at] = handle;
    }
    this.#write(facts, room, policy, subjectScopes, scopes);
    return this.#core.hp_session_plan(now) < 0 ? this.#memory.refused() : this.#plan();
  }

  /** The number of scopes, which may be those of `known`; -1: none, -2: refused. */
  #optional(scopes: string | null | undefined, known: string, knownHandle: number): number {
    if (scopes === known) return knownHandle;
    if (scopes === null || scopes === undefined) return noScopes;
    const handle = this.#scopes.handle(scopes);
    return handle < 0 ? -2 : handle;
  }

  #write(facts: StartFacts, room: number, policy: number, subjectScopes: number, scopes: number): void {
    const { agent, subject, ticket, grants, sessions } = facts;
    const memory = this.#memory;
    const writer = this.#writer;
    const size = (startWords + grants.length * grantWords + sessions.length * sessionWords) * 4;
    memory.reserve(size + room);
    const { words, numbers, inputAt } = memory;
    const start = inputAt >> 2;
    writer.begin(memory, inputAt + size);
    writer.text(start + agentPlace, agent.id);
    writer.text(start + tenantPlace, facts.tenant);
    writer.text(start + subjectPlace, subject.id);
    writer.text(start + reasonPlace, facts.reason);
    writer.optional(start + ticketPlace, ticket);
    words[start + 10] = agent.permissions;
    words[start + 11] = flagsOf(facts);
    words[start + 12] = policy;
    words[start + 13] = subjectScopes;
    words[start + 14] = scopes;
    // Beyond 32 bits a ttl is beyond every policy too.
    words[start + 15] = Math.max(-0x80000000, Math.min(facts.ttlMinutes ?? 0, 0x7fffffff));
    words[start + 16] = grants.length;
    words[start + 17] = sessions.length;
    let next = start + startWords;
    for (let at = 0; at < grants.length; at++, next += grantWords) {
      const grant = grants[at] as StartGrant;
      numbers[next >> 1] = grant.grantedUntil ?? Number.NaN;
      writer.again(next + 2, grant.agentId, agent.id, start + agentPlace);
      writer.again(next + 4, grant.ticketId, ticket, start + ticketPlace);
      words[next + 6] = grantStatusNumbers.get(grant.status) ?? grantStatuses.length - 1;
      words[next + 7] = this.#grantScopes[at] ?? noScopes;
    }
    for (let at = 0; at < sessions.length; at++, next += sessionWords) {
      const session = sessions[at] as StartFacts["sessions"][number];
      numbers[next >> 1] = session.expiresAt;
      writer.again(next + 2, session.agentId, agent.id, start + agentPlace);
      writer.again(next + 4, session.subjectId, subject.id, start + subjectPlace);
    }
  }

  #plan(): SessionPlan {
    const memory = this.#memory;
    memory.look();
    const { words, numbers, firstWord, firstNumber } = memory;
    const grantIndex = words[firstWord + 4] as number;
    return {
      ok: true,
      startedAt: numbers[firstNumber] as number,
      expiresAt: numbers[firstNumber + 1] as number,
      limitedBy: limitedBy[words[firstWord + 2] as number] ?? "grant",
      ttlMinutes: words[firstWord + 3] as number,
      grantIndex: grantIndex < 0 ? null : grantIndex,
      scopes: this.#scopes.texts[words[firstWord + 6] as number] ?? memory.text(0),
      scopesNarrowed: words[firstWord + 5] === 1,
    };
  }

  grantStatus(stored: GrantStatus, until: number, now: number): GrantStatus {
    const number = grantStatusNumbers.get(stored);
    if (number === undefined) return "expired";
    const status = this.#core.hp_grant_status(number, until, now);
    return grantStatuses[status] ?? "expired";
  }

  checkReason(text: string): { readonly ok: true; readonly reason: string } | Refused {
    if (typeof text !== "string") return wrongType("reason", "a text");
    if (this.#core.hp_reason(this.#memory.write(text)) < 0) return this.#memory.refused();
    return { ok: true, reason: this.#memory.text(0) };
  }

  permissionsOf(roles: readonly string[]): number {
    return this.#core.hp_permissions(this.#memory.write(roles.join(" ")));
  }

  isWrite(method: string): boolean {
    return this.#core.hp_method_writes(this.#memory.write(method)) === 1;
  }
}

/** The names behind permission bits. */
export function permissionNames(bits: number): Permission[] {
  return permissions.filter((_, at) => ((bits >>> at) & 1) === 1);
}
