// The shapes of docs/protocol.md, as they travel. Times are RFC 3339 text in UTC.

import type { TenantPolicy } from "../core/policy.js";
import type {
  ExpiryPreset,
  GrantStatus,
  LimitedBy,
  Profile,
  RevokedBy,
  SessionStatus,
} from "../generated/constants.js";
import type { LiveEventName } from "./live-events.js";

export type { ExpiryPreset, GrantStatus, LimitedBy, LiveEventName, Profile, RevokedBy, SessionStatus };

export interface Grant {
  readonly id: string;
  readonly tenantId: string;
  readonly subjectId: string;
  readonly subjectName: string;
  /** Null on standing access: any agent of the tenant. */
  readonly agentId: string | null;
  readonly agentName: string | null;
  readonly ticketId: string | null;
  readonly reason?: string;
  readonly status: GrantStatus;
  /** Null where the agent did not narrow. */
  readonly requestedScopes: readonly string[] | null;
  /** Null where consent was not narrowed. */
  readonly scopes: readonly string[] | null;
  readonly createdAt: string;
  readonly pendingUntil?: string;
  readonly grantedAt?: string;
  readonly grantedUntil?: string;
  readonly declinedAt?: string;
  readonly revokedAt?: string;
  readonly revokedBy?: RevokedBy;
  readonly expiredAt?: string;
  readonly timeZone?: string;
  readonly tzdataVersion?: string;
}

export interface Session {
  readonly id: string;
  readonly tenantId?: string;
  readonly lawFirmId?: string;
  readonly targetUserId: string;
  readonly targetUserName?: string;
  readonly targetUserEmail?: string;
  readonly actorAdminUserId: string;
  readonly actorName?: string;
  readonly ticketId?: string | null;
  readonly grantId?: string | null;
  readonly reason: string;
  readonly status: SessionStatus;
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly endedAt?: string;
  readonly endReason?: string;
  readonly ttlMinutes: number;
  readonly limitedBy?: LimitedBy;
  readonly scopesNarrowed: boolean;
  readonly scopes: readonly string[] | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface Me {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly timeZone: string;
  readonly tenants: readonly {
    readonly id: string;
    readonly name: string;
    readonly profile: Profile;
    readonly tenantClaim: "tenantId" | "lawFirmId";
    readonly policy: Policy;
  }[];
}

/** The rules in force for a tenant: its profile with the overrides applied. */
export type Policy = { readonly [Name in keyof TenantPolicy]-?: NonNullable<TenantPolicy[Name]> };

/** A user as staff see them. */
export interface ManagedUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly banned: boolean;
  readonly banReason?: string;
  readonly bannedUntil?: string;
  readonly timeZone: string;
  readonly optedOut: boolean;
  /** The user's own logins that are open. */
  readonly sessionCount: number;
  readonly tenantIds: readonly string[];
}

export interface RecordEntry {
  readonly sequence: number;
  readonly at: string;
  readonly event: string;
  readonly actorId?: string | null;
  readonly actorName?: string | null;
  readonly subjectId?: string | null;
  readonly subjectName?: string | null;
  readonly agentId?: string;
  readonly tenantId?: string | null;
  readonly ticketId?: string | null;
  readonly grantId?: string | null;
  readonly sessionId?: string | null;
  /** Told to those who oversee alone, as is `userAgent`. */
  readonly ip?: string;
  readonly userAgent?: string;
  readonly method?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly outcome?: string;
  readonly durationMs?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What somebody is told about, in their own language as the directory has it. */
export interface Notification {
  readonly id: string;
  readonly event: LiveEventName;
  readonly at: string;
  /** Null while unread. */
  readonly readAt: string | null;
  readonly title: string;
  readonly text: string;
  readonly tenantId?: string;
  readonly ticketId?: string;
  readonly grantId?: string;
  readonly sessionId?: string;
  readonly endsAt?: string;
}

export interface AccessRequest {
  readonly tenantId: string;
  /** Which member carries the tenant: `lawFirmId` in law-firm tenants. */
  readonly tenantClaim?: "tenantId" | "lawFirmId";
  readonly targetUserId: string;
  readonly ticketId: string;
  readonly reason: string;
  readonly scopes?: readonly string[];
}

/** What a user read, word for word, and in which language: it is put into their receipt. */
export interface ShownWording {
  /** At most 4,000 characters. */
  readonly text: string;
  /** BCP 47 */
  readonly locale: string;
}

/** A signed consent receipt, without its text. */
export interface Receipt {
  readonly id: string;
  readonly grantId: string;
  readonly event: "access_granted" | "access_amended" | "access_revoked";
  readonly at: string;
  readonly keyId: string;
}

/** What a user answers: one of `preset`, `date` and `until`; none is the default preset. */
export interface Consent {
  readonly timeZone?: string;
  readonly preset?: ExpiryPreset;
  readonly date?: string;
  readonly until?: string;
  /** The end that was shown: the server refuses to record another one. */
  readonly expectedUntil?: string;
  readonly scopes?: readonly string[];
  readonly shown?: ShownWording;
}

export interface SessionStart {
  readonly tenantId: string;
  readonly tenantClaim?: "tenantId" | "lawFirmId";
  readonly targetUserId: string;
  readonly reason: string;
  readonly durationMinutes?: number;
  readonly scopes?: readonly string[];
  readonly ticketId?: string;
}

export interface StartedSession {
  readonly session: Session;
  readonly delegatedToken: string;
  readonly uiSwitchUrl: string;
}

export interface HandedOverSession {
  readonly token: string;
  readonly session: Session;
}

/** One action within a session, as the app or the edge reports it. */
export interface SessionAction {
  readonly id?: string;
  readonly at?: string;
  readonly method: string;
  readonly resourceType: string;
  readonly resourceId?: string;
  readonly path?: string;
  readonly status?: number;
  readonly durationMs?: number;
}

export interface LiveEvent {
  readonly name: LiveEventName;
  readonly grant?: Grant;
  readonly session?: Session;
}
