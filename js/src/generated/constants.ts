// Generated from core/include/hallpass by wasm/generate-constants.mjs. Do not edit.

/** Every error code with its HTTP status and title (RFC 9457). */
export const errors = {
  VALIDATION_ERROR: { status: 400, title: "The request is not valid" },
  UNAUTHORIZED: { status: 401, title: "No valid credential was given" },
  TOKEN_MALFORMED: { status: 401, title: "The act-as token is malformed" },
  TOKEN_SIGNATURE_INVALID: { status: 401, title: "The act-as token's signature does not hold" },
  TOKEN_EXPIRED: { status: 401, title: "The act-as token has expired" },
  TOKEN_NOT_YET_VALID: { status: 401, title: "The act-as token is not valid yet" },
  TOKEN_REVOKED: { status: 401, title: "The act-as session was ended" },
  TOKEN_CLAIM_INVALID: { status: 401, title: "A claim of the act-as token is not acceptable" },
  FORBIDDEN: { status: 403, title: "Not allowed" },
  CONSENT_REQUIRED: { status: 403, title: "The user has not given access" },
  NESTED_IMPERSONATION: { status: 403, title: "An act-as token cannot start another session" },
  TARGET_IS_STAFF: { status: 403, title: "Staff accounts cannot be acted for" },
  TARGET_BANNED: { status: 403, title: "The user is banned" },
  AGENT_BANNED: { status: 403, title: "The agent is banned" },
  INSUFFICIENT_SCOPE: { status: 403, title: "A scope that is needed is missing" },
  ACT_AS_DISABLED: { status: 403, title: "Acting as users is switched off for this tenant" },
  USER_OPTED_OUT: { status: 403, title: "The user does not accept access requests" },
  LAW_FIRM_NOT_FOUND: { status: 404, title: "Law firm not found" },
  TENANT_NOT_FOUND: { status: 404, title: "Tenant not found" },
  USER_NOT_FOUND: { status: 404, title: "User not found" },
  GRANT_NOT_FOUND: { status: 404, title: "Grant not found" },
  SESSION_NOT_FOUND: { status: 404, title: "Session not found" },
  NOT_FOUND: { status: 404, title: "There is nothing at this address" },
  METHOD_NOT_ALLOWED: { status: 405, title: "This method is not supported here" },
  REQUEST_TIMEOUT: { status: 408, title: "The request took too long to arrive" },
  ACTIVE_SESSION_EXISTS: { status: 409, title: "Another session is active" },
  OPEN_REQUEST_EXISTS: { status: 409, title: "There is an open request or grant already" },
  GRANT_NOT_PENDING: { status: 409, title: "The request is no longer waiting for an answer" },
  GRANT_NOT_ACTIVE: { status: 409, title: "The grant is not in force" },
  SESSION_ENDED: { status: 409, title: "The session has ended" },
  IDEMPOTENCY_KEY_REUSED: { status: 409, title: "The Idempotency-Key was used for another request" },
  PAYLOAD_TOO_LARGE: { status: 413, title: "The request body is too large" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "The content type is not supported" },
  RATE_LIMITED: { status: 429, title: "Too many requests" },
  HEADERS_TOO_LARGE: { status: 431, title: "The request headers are too large" },
  INTERNAL_ERROR: { status: 500, title: "Something went wrong on our side" },
  SERVICE_UNAVAILABLE: { status: 503, title: "The service cannot answer right now" },
  KEYS_UNAVAILABLE: { status: 503, title: "The verification keys cannot be fetched" },
  REVOCATION_UNAVAILABLE: { status: 503, title: "The revocation list cannot be fetched" },
} as const;
export type ErrorCode = keyof typeof errors;

/** Those of them that arise at the edge, which carries no more. */
export const edgeErrors = {
  VALIDATION_ERROR: { status: 400, title: "The request is not valid" },
  TOKEN_MALFORMED: { status: 401, title: "The act-as token is malformed" },
  TOKEN_SIGNATURE_INVALID: { status: 401, title: "The act-as token's signature does not hold" },
  TOKEN_EXPIRED: { status: 401, title: "The act-as token has expired" },
  TOKEN_NOT_YET_VALID: { status: 401, title: "The act-as token is not valid yet" },
  TOKEN_REVOKED: { status: 401, title: "The act-as session was ended" },
  TOKEN_CLAIM_INVALID: { status: 401, title: "A claim of the act-as token is not acceptable" },
  FORBIDDEN: { status: 403, title: "Not allowed" },
  INSUFFICIENT_SCOPE: { status: 403, title: "A scope that is needed is missing" },
  INTERNAL_ERROR: { status: 500, title: "Something went wrong on our side" },
  SERVICE_UNAVAILABLE: { status: 503, title: "The service cannot answer right now" },
  KEYS_UNAVAILABLE: { status: 503, title: "The verification keys cannot be fetched" },
  REVOCATION_UNAVAILABLE: { status: 503, title: "The revocation list cannot be fetched" },
} as const;

/** Why, more finely than the code. */
export const reasons = [
  "none",
  "required",
  "wrong_type",
  "malformed",
  "unknown_member",
  "duplicate_member",
  "too_short",
  "too_long",
  "out_of_range",
  "not_one_of",
  "contradiction",
  "unknown_time_zone",
  "date_in_past",
  "date_skipped",
  "until_in_past",
  "until_too_late",
  "self_impersonation",
  "missing_permission",
  "not_yours",
  "not_due",
  "no_grant",
  "grant_pending",
  "grant_declined",
  "grant_revoked",
  "grant_expired",
  "other_ticket",
  "scope_exceeded",
  "scope_never_carried",
  "read_only",
  "unknown_key",
  "algorithm",
  "unsupported_header",
  "encoding",
  "mismatch",
] as const;
export type Reason = (typeof reasons)[number];

/** Ends of consent that a user can pick by name. */
export const expiryPresets = [
  "end_of_today",
  "end_of_tomorrow",
  "one_week",
  "end_of_week",
] as const;
export type ExpiryPreset = (typeof expiryPresets)[number];

/** A grant's statuses. */
export const grantStatuses = [
  "pending",
  "granted",
  "declined",
  "revoked",
  "expired",
] as const;
export type GrantStatus = (typeof grantStatuses)[number];

/** Who took a grant back. */
export const revokedBy = [
  "user",
  "agent",
  "system",
] as const;
export type RevokedBy = (typeof revokedBy)[number];

/** A session's statuses. */
export const sessionStatuses = [
  "active",
  "stopped",
  "ended",
  "revoked",
  "expired",
] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

/** Which limit decided a session's end. */
export const limitedBy = [
  "grant",
  "session_cap",
  "requested_ttl",
] as const;
export type LimitedBy = (typeof limitedBy)[number];

/** How many sessions may be active at once. */
export const activePer = [
  "user",
  "agent_and_user",
] as const;
export type ActivePer = (typeof activePer)[number];

/** The record's event names. */
export const auditEvents = [
  "access_requested",
  "access_granted",
  "access_declined",
  "access_revoked",
  "access_amended",
  "access_expired",
  "impersonation_started",
  "impersonation_ended",
  "token_issued",
  "token_rejected",
  "user_role_changed",
  "user_banned",
  "user_unbanned",
  "sessions_revoked",
  "resource_read",
  "resource_write",
  "personal_data_erased",
  "personal_data_expired",
  "record_key_changed",
] as const;
export type AuditEvent = (typeof auditEvents)[number];

/** Signature algorithms of act-as tokens. */
export const algorithms = [
  "EdDSA",
  "ES256",
  "HS256",
] as const;
export type Algorithm = (typeof algorithms)[number];

/** What the check of a proof came to. */
export const proofVerdicts = [
  "holds",
  "not_in_tree",
  "shrunk",
  "forked",
  "wrong_length",
  "wrong_root",
  "wrong_old_root",
] as const;
export type ProofVerdict = (typeof proofVerdicts)[number];

/** Every permission, in the order of its bit. */
export const permissions = [
  "user:create",
  "user:list",
  "user:set-role",
  "user:ban",
  "user:impersonate",
  "user:delete",
  "user:set-password",
  "session:list",
  "session:revoke",
  "session:delete",
  "ticket:create",
  "ticket:read",
  "ticket:update",
  "ticket:assign",
  "ticket:close",
  "helpdesk:view-inbox",
  "helpdesk:manage-tickets",
  "helpdesk:manage-agents",
  "helpdesk:manage-kb",
  "support:access:create",
  "support:access:read",
  "support:access:end",
] as const;
export type Permission = (typeof permissions)[number];

/** The policy profiles as they stand, before a tenant's overrides. */
export const profiles = {
  consent: {
    consentNeeded: true,
    sessionCapMinutes: 60,
    ttlMinMinutes: 5,
    ttlDefaultMinutes: 30,
    ttlMaxMinutes: 60,
    activePer: "user",
    tenantClaim: "tenantId",
    maxGrantDays: 30,
    pendingForDays: 7,
  },
  helpdesk: {
    consentNeeded: true,
    sessionCapMinutes: 60,
    ttlMinMinutes: 5,
    ttlDefaultMinutes: 60,
    ttlMaxMinutes: 60,
    activePer: "user",
    tenantClaim: "tenantId",
    maxGrantDays: 30,
    pendingForDays: 7,
  },
  support_access: {
    consentNeeded: false,
    sessionCapMinutes: 120,
    ttlMinMinutes: 15,
    ttlDefaultMinutes: 30,
    ttlMaxMinutes: 120,
    activePer: "agent_and_user",
    tenantClaim: "tenantId",
    maxGrantDays: 30,
    pendingForDays: 7,
  },
  law_firm: {
    consentNeeded: false,
    sessionCapMinutes: 120,
    ttlMinMinutes: 5,
    ttlDefaultMinutes: 30,
    ttlMaxMinutes: 120,
    activePer: "user",
    tenantClaim: "lawFirmId",
    maxGrantDays: 30,
    pendingForDays: 7,
  },
} as const;
export type Profile = keyof typeof profiles;

/** Bounds that the core enforces. */
export const limits = {
  idMaxBytes: 128,
  reasonMinChars: 5,
  reasonMaxChars: 500,
  scopeMaxBytes: 96,
  scopesMaxCount: 64,
  tokenMaxBytes: 16384,
  jsonMaxDepth: 32,
  hmacKeyMinBytes: 32,
  clockSkewMaxSeconds: 60,
  ttlFloorMinutes: 1,
  sessionCapCeilingMinutes: 240,
  grantCeilingDays: 90,
  pendingFloorHours: 1,
  pendingCeilingDays: 30,
} as const;

/** One of them, for the edge, which carries no more. */
export const tokenMaxBytes = 16384;
