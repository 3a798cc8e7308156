import {
  type GrantStatus,
  grantStatuses,
  type LimitedBy,
  limitedBy,
  type Permission,
  permissions,
} from "../generated/constants.js";
import { type Refused, refused, wrongType } from "./error.js";
import type { CoreExports } from "./exports.js";
import type { Memory } from "./memory.js";
import type { PolicyChoice } from "./policy.js";
import type { ScopeCalls } from "./scopes.js";

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

// wasm/start_facts.hpp
const startSize = 72;
const grantSize = 40;
const sessionSize = 24;
const grantStatusNumbers = new Map<string, number>(grantStatuses.map((status, at) => [status, at]));

/** Lays out one value after the other in the input buffer; texts go behind all of them. */
class StartWriter {
  readonly #memory: Memory;
  #next = 0;
  #text: number;

  constructor(memory: Memory, textStart: number) {
    this.#memory = memory;
    this.#text = textStart;
  }
  number(value: number): void {
    this.#memory.putNumber(this.#next, value);
    this.#next += 8;
  }
  word(value: number): void {
    this.#memory.putWord(this.#next, value);
    this.#next += 4;
  }
  text(value: string | null | undefined): void {
    if (typeof value !== "string") {
      this.word(1); // begins after it ends: absent
      this.word(0);
      return;
    }
    this.word(this.#text);
    this.#text = this.#memory.putText(this.#text, value);
    this.word(this.#text);
  }
}

const length = (text: string | null | undefined): number => (typeof text === "string" ? text.length : 0);

/** Room for all the texts, at most three bytes a UTF-16 unit. */
function sizeOf(facts: StartFacts): number {
  let units =
    facts.agent.id.length + facts.tenant.length + facts.subject.id.length + facts.reason.length + length(facts.ticket);
  for (const grant of facts.grants) {
    units += grant.id.length + length(grant.agentId) + length(grant.ticketId);
  }
  for (const session of facts.sessions) units += session.agentId.length + session.subjectId.length;
  return textStart(facts) + units * 3;
}

function textStart(facts: StartFacts): number {
  return startSize + facts.grants.length * grantSize + facts.sessions.length * sessionSize;
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

  constructor(core: CoreExports, memory: Memory, scopes: ScopeCalls) {
    this.#core = core;
    this.#memory = memory;
    this.#scopes = scopes;
  }

  planSession(facts: StartFacts, now: number): SessionPlan | Refused {
    if (typeof now !== "number") return wrongType("now", "milliseconds since the epoch");
    if (typeof facts.ttlMinutes === "number" && !Number.isSafeInteger(facts.ttlMinutes)) {
      return wrongType("ttlMinutes", "a whole number of minutes");
    }
    const policy = this.#scopes.policy(facts.policy);
    if (typeof policy !== "number") return policy;
    // Handles that are used together must not push each other out.
    this.#scopes.makeRoom(facts.grants.length + 2);
    const subjectScopes = this.#scopes.handle(facts.subject.scopes);
    if (subjectScopes < 0) return refused(this.#memory.refusal());
    const scopes = this.#optional(facts.scopes);
    if (scopes < -1) return refused(this.#memory.refusal());
    const grantScopes: number[] = [];
    for (const grant of facts.grants) {
      const handle = this.#optional(grant.scopes);
      if (handle < -1) return refused(this.#memory.refusal());
      grantScopes.push(handle);
    }
    this.#write(facts, policy, subjectScopes, scopes, grantScopes);
    return this.#core.hp_session_plan(now) < 0 ? refused(this.#memory.refusal()) : this.#plan();
  }

  /** -1: none, -2: refused. */
  #optional(scopes: string | null | undefined): number {
    if (scopes === null || scopes === undefined) return -1;
    const handle = this.#scopes.handle(scopes);
    return handle < 0 ? -2 : handle;
  }

  #write(facts: StartFacts, policy: number, subjectScopes: number, scopes: number, grantScopes: number[]): void {
    this.#memory.reserve(sizeOf(facts));
    const writer = new StartWriter(this.#memory, textStart(facts));
    writer.text(facts.agent.id);
    writer.text(facts.tenant);
    writer.text(facts.subject.id);
    writer.text(facts.reason);
    writer.text(facts.ticket);
    writer.word(facts.agent.permissions);
    writer.word(flagsOf(facts));
    writer.word(policy);
    writer.word(subjectScopes);
    writer.word(scopes);
    // Beyond 32 bits a ttl is beyond every policy too.
    writer.word(Math.max(-0x80000000, Math.min(facts.ttlMinutes ?? 0, 0x7fffffff)));
    writer.word(facts.grants.length);
    writer.word(facts.sessions.length);
    facts.grants.forEach((grant, at) => {
      writer.number(grant.grantedUntil ?? Number.NaN);
      writer.text(grant.id);
      writer.text(grant.agentId);
      writer.text(grant.ticketId);
      writer.word(grantStatusNumbers.get(grant.status) ?? grantStatuses.length - 1);
      writer.word(grantScopes[at] ?? -1);
    });
    for (const session of facts.sessions) {
      writer.number(session.expiresAt);
      writer.text(session.agentId);
      writer.text(session.subjectId);
    }
  }

  #plan(): SessionPlan {
    const grantIndex = this.#memory.word(4);
    return {
      ok: true,
      startedAt: this.#memory.number(0),
      expiresAt: this.#memory.number(1),
      limitedBy: limitedBy[this.#memory.word(2)] ?? "grant",
      ttlMinutes: this.#memory.word(3),
      grantIndex: grantIndex < 0 ? null : grantIndex,
      scopes: this.#scopes.textOf(this.#memory.word(6)) ?? this.#memory.text(0),
      scopesNarrowed: this.#memory.word(5) === 1,
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
    if (this.#core.hp_reason(this.#memory.write(text)) < 0) return refused(this.#memory.refusal());
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
