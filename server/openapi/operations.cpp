#include "openapi/document.hpp"

namespace hallpass::server {
namespace {

constexpr const char* plain_text = "text/plain";
constexpr const char* scim = "application/scim+json";

using enum ErrorCode;

constexpr Refusals about_a_user{LAW_FIRM_NOT_FOUND, TENANT_NOT_FOUND,    USER_NOT_FOUND,
                                ACT_AS_DISABLED,    TARGET_IS_STAFF,     TARGET_BANNED,
                                INSUFFICIENT_SCOPE, NESTED_IMPERSONATION};
constexpr auto starts = about_a_user | Refusals{CONSENT_REQUIRED, ACTIVE_SESSION_EXISTS};
constexpr auto requests = about_a_user | Refusals{USER_OPTED_OUT, OPEN_REQUEST_EXISTS};

// clang-format off
constexpr Operation table[] = {
    {"post", "/admin/support-access/requests", "startByRequest", "Start a session", "", "SessionRequest", 201, "StartedSession", starts},
    {"post", "/api/v1/support-access/support-sessions", "startSession", "Start a session", "", "SupportSessionRequest", 201, "StartedSession", starts},
    {"post", "/api/v1/support-access/exchange", "exchangeCode", "Turn the one-time hand-over code into the act-as token", "", "Code", 200, "HandedOver", {SESSION_ENDED}},
    {"get", "/api/v1/support-access/support-sessions/active", "activeSessions", "Sessions that run, as far as the caller may see them", "limit cursor", "", 200, "Session[]"},
    {"get", "/api/v1/support-access/support-sessions/{id}", "getSession", "One session", "", "", 200, "Session", {SESSION_NOT_FOUND, TOKEN_EXPIRED}},
    {"post", "/api/v1/support-access/support-sessions/{id}/end", "endSession", "End a session; one that is over stays over", "", "EndReason", 200, "Session", {SESSION_NOT_FOUND}},
    {"post", "/api/v1/support-access/support-sessions/{id}/token", "currentToken", "The current token of a live session, to its agent", "", "Nothing", 200, "HandedOver", {SESSION_NOT_FOUND, SESSION_ENDED}},
    {"get", "/api/v1/support-access/support-sessions/{id}/audit-logs", "sessionLog", "What happened in a session", "limit cursor", "", 200, "RecordEntry[]", {SESSION_NOT_FOUND, TOKEN_EXPIRED}},
    {"post", "/api/v1/support-access/support-sessions/{id}/audit-logs", "reportActions", "Report reads and writes made in a session", "", "ReportedActions", 202, "Accepted", {SESSION_NOT_FOUND, TOKEN_EXPIRED}},
    {"post", "/api/v1/support-access/validate-token", "validateToken", "Whether an act-as token holds now", "", "TokenText", 200, "TokenVerdict"},
    {"post", "/oauth/introspect", "introspect", "Introspection (RFC 7662)", "", "TokenForm", 200, "Introspection"},
    {"post", "/oauth/revoke", "revokeToken", "Revocation (RFC 7009)", "", "TokenForm", 200, "Nothing"},

    {"post", "/api/v1/support-access/grants", "requestAccess", "Ask a user for access", "", "AccessRequest", 201, "Grant", requests},
    {"get", "/api/v1/support-access/grants", "listGrants", "Grants, as far as the caller may see them", "limit cursor ticketId subjectId status", "", 200, "Grant[]"},
    {"post", "/api/v1/support-access/grants/standing", "openStanding", "Open standing access", "", "StandingConsent", 201, "Grant", {LAW_FIRM_NOT_FOUND, TENANT_NOT_FOUND, ACT_AS_DISABLED, INSUFFICIENT_SCOPE, OPEN_REQUEST_EXISTS}},
    {"get", "/api/v1/support-access/grants/{id}", "getGrant", "One grant", "", "", 200, "Grant", {GRANT_NOT_FOUND}},
    {"post", "/api/v1/support-access/grants/{id}/grant", "giveConsent", "Say yes, until when and to what", "", "Consent", 200, "Grant", {GRANT_NOT_FOUND, GRANT_NOT_PENDING, ACT_AS_DISABLED, INSUFFICIENT_SCOPE}},
    {"post", "/api/v1/support-access/grants/{id}/decline", "decline", "Say no", "", "Nothing", 200, "Grant", {GRANT_NOT_FOUND, GRANT_NOT_PENDING}},
    {"post", "/api/v1/support-access/grants/{id}/withdraw", "withdraw", "Take a request back", "", "Nothing", 200, "Grant", {GRANT_NOT_FOUND, GRANT_NOT_PENDING}},
    {"post", "/api/v1/support-access/grants/{id}/revoke", "revokeGrant", "End the access; its sessions end at once", "", "Ending", 200, "Grant", {GRANT_NOT_FOUND, GRANT_NOT_ACTIVE}},
    {"post", "/api/v1/support-access/grants/{id}/amend", "amendGrant", "Another end, or fewer scopes", "", "Consent", 200, "Grant", {GRANT_NOT_FOUND, GRANT_NOT_ACTIVE, INSUFFICIENT_SCOPE}},

    {"get", "/api/v1/tickets/{id}/activity", "ticketActivity", "Everything recorded about a ticket", "limit cursor", "", 200, "RecordEntry[]"},

    {"get", "/api/v1/support-access/reports/sessions", "reportSessions", "Sessions: how many, how long, why, by whom", "from to tenantId", "", 200, "SessionReport", {TENANT_NOT_FOUND}},
    {"get", "/api/v1/support-access/reports/actions", "reportActionTypes", "Recorded actions by type", "from to tenantId", "", 200, "ActionReport", {TENANT_NOT_FOUND}},
    {"get", "/api/v1/support-access/reports/resources", "reportResources", "Resources touched while acting", "from to tenantId", "", 200, "ResourceReport", {TENANT_NOT_FOUND}},
    {"get", "/api/v1/support-access/reports/origins", "reportOrigins", "Where actions came from", "from to tenantId", "", 200, "OriginReport", {TENANT_NOT_FOUND}},
    {"get", "/api/v1/support-access/reports/outcomes", "reportOutcomes", "Success and failure", "from to tenantId", "", 200, "OutcomeReport", {TENANT_NOT_FOUND}},

    {"get", "/api/v1/support-access/record", "exportRecord", "The record of one tenant as a file; Hallpass-Next tells where the next piece begins", "format tenantId from to userId agentId sessionId after", "", 200, "Text", {TENANT_NOT_FOUND}, "application/jsonl text/csv"},
    {"get", "/api/v1/audit/checkpoint", "checkpoint", "The record's head, signed (C2SP tlog-checkpoint)", "", "", 200, "Text", {}, plain_text},
    {"get", "/api/v1/audit/key", "checkpointKey", "What verifies signed heads (C2SP signed-note)", "", "", 200, "Text", {}, plain_text},
    {"get", "/api/v1/audit/proof/inclusion/{sequence}", "inclusionProof", "That an entry is part of the record (RFC 9162)", "treeSize", "", 200, "InclusionProof", {NOT_FOUND}},
    {"get", "/api/v1/audit/proof/consistency", "consistencyProof", "That the record only grew (RFC 9162)", "treeFrom treeTo", "", 200, "ConsistencyProof"},

    {"get", "/api/v1/me", "me", "Who is calling", "", "", 200, "Me"},
    {"patch", "/api/v1/me", "changeMe", "Change one's own settings", "", "Settings", 204, ""},
    {"get", "/api/v1/me/requests", "myRequests", "Requests that wait for the caller", "limit cursor", "", 200, "Grant[]"},
    {"get", "/api/v1/me/grants", "myGrants", "Grants about the caller", "limit cursor", "", 200, "Grant[]"},
    {"get", "/api/v1/me/sessions", "mySessions", "Sessions about the caller", "limit cursor", "", 200, "Session[]"},
    {"get", "/api/v1/me/sessions/{id}/audit-logs", "mySessionLog", "What was done in a session about the caller", "limit cursor", "", 200, "RecordEntry[]", {SESSION_NOT_FOUND}},
    {"get", "/api/v1/me/receipts", "myReceipts", "Receipts of the caller's consents, newest first", "limit cursor grantId", "", 200, "Receipt[]"},
    {"get", "/api/v1/me/receipts/{id}", "myReceipt", "One receipt, as a signed JWS", "", "", 200, "Text", {NOT_FOUND}, "application/consent-receipt+jwt"},
    {"get", "/api/v1/me/notifications", "myNotifications", "What the caller is told, newest first", "limit cursor unread", "", 200, "Notification[]"},
    {"post", "/api/v1/me/notifications/read", "readNotifications", "Mark all up to one as read", "", "ReadThrough", 204, ""},
    {"post", "/api/v1/me/notifications/{id}/read", "readNotification", "Mark one as read", "", "Nothing", 204, "", {NOT_FOUND}},
    {"get", "/api/v1/admin/dead-letters", "listDeadLetters", "Mails and webhooks that were given up", "limit cursor", "", 200, "DeadLetter[]"},
    {"post", "/api/v1/admin/dead-letters/{id}/requeue", "requeueDeadLetter", "Try one again", "", "Nothing", 204, "", {NOT_FOUND}},

    {"get", "/api/v1/admin/users", "listUsers", "Users of the caller's tenants", "limit cursor search role banned tenantId", "", 200, "ManagedUser[]"},
    {"get", "/api/v1/admin/users/{id}", "getUser", "One user", "", "", 200, "ManagedUser", {USER_NOT_FOUND}},
    {"post", "/api/v1/admin/users/{id}/role", "setRole", "Give a role; access given or held ends", "", "RoleName", 200, "ManagedUser", {USER_NOT_FOUND}},
    {"post", "/api/v1/admin/users/{id}/ban", "ban", "Ban; logins and access end", "", "Ban", 200, "ManagedUser", {USER_NOT_FOUND}},
    {"post", "/api/v1/admin/users/{id}/unban", "unban", "Lift a ban", "", "Unban", 200, "ManagedUser", {USER_NOT_FOUND}},
    {"get", "/api/v1/admin/users/{id}/sessions", "listLogins", "A user's own logins", "limit cursor", "", 200, "Login[]", {USER_NOT_FOUND}},
    {"delete", "/api/v1/admin/users/{id}/sessions", "revokeLogins", "End all of a user's logins", "", "", 200, "Revoked", {USER_NOT_FOUND}},
    {"delete", "/api/v1/admin/users/{id}/sessions/{session}", "revokeLogin", "End one login", "", "", 200, "Revoked", {USER_NOT_FOUND, SESSION_NOT_FOUND}},

    {"get", "/scim/v2/Users", "listScimUsers", "Users whom the tenant's identity provider keeps", "filter startIndex count attributes excludedAttributes", "", 200, "ScimUsers", {FORBIDDEN}, scim},
    {"post", "/scim/v2/Users", "createScimUser", "A new user of the tenant", "attributes excludedAttributes", "NewScimUser", 201, "ScimUser", {FORBIDDEN}, scim, 409},
    {"get", "/scim/v2/Users/{id}", "getScimUser", "One of them", "attributes excludedAttributes", "", 200, "ScimUser", {FORBIDDEN, NOT_FOUND}, scim},
    {"put", "/scim/v2/Users/{id}", "replaceScimUser", "Say anew what a user is; without active, roles or scopes these stay", "attributes excludedAttributes", "NewScimUser", 200, "ScimUser", {FORBIDDEN, NOT_FOUND}, scim, 409},
    {"patch", "/scim/v2/Users/{id}", "patchScimUser", "Change attributes; active false ends logins, grants and sessions", "attributes excludedAttributes", "ScimPatch", 200, "ScimUser", {FORBIDDEN, NOT_FOUND}, scim, 409},
    {"delete", "/scim/v2/Users/{id}", "deleteScimUser", "Switch a user off, and let go of them", "", "", 204, "", {FORBIDDEN, NOT_FOUND}},
    {"get", "/scim/v2/ServiceProviderConfig", "scimConfig", "What this SCIM server can do", "", "", 200, "Object", {}, scim},
    {"get", "/scim/v2/ResourceTypes", "scimResourceTypes", "What it keeps", "", "", 200, "Object", {FORBIDDEN}, scim},
    {"get", "/scim/v2/ResourceTypes/{id}", "scimResourceType", "One kind of it", "", "", 200, "Object", {NOT_FOUND}, scim},
    {"get", "/scim/v2/Schemas", "scimSchemas", "What is known of users", "", "", 200, "Object", {FORBIDDEN}, scim},
    {"get", "/scim/v2/Schemas/{id}", "scimSchema", "One schema of it", "", "", 200, "Object", {NOT_FOUND}, scim},

    {"get", "/api/v1/events", "events", "Live events (server-sent)", "", "", 200, "Text", {TOKEN_EXPIRED}, "text/event-stream"},
    {"get", "/api/v1/token-status/events", "tokenStatusEvents", "Revocations as they happen (server-sent)", "", "", 200, "Text", {RATE_LIMITED}, "text/event-stream"},
    {"post", "/api/v1/session", "signIn", "Get the login cookie for a bearer", "", "Nothing", 200, "SignedIn"},
    {"delete", "/api/v1/session", "signOut", "Sign out", "", "", 204, ""},
    {"get", "/.well-known/jwks.json", "jwks", "Verification keys", "", "", 200, "KeySet", {}, "application/jwk-set+json"},
    {"get", "/.well-known/receipt-keys.json", "receiptKeys", "Every key that ever signed a consent receipt", "", "", 200, "KeySet", {}, "application/jwk-set+json"},
    {"get", "/status/{list}", "statusList", "Token status list", "", "", 200, "Text", {NOT_FOUND}, "application/statuslist+jwt", 304},
    {"get", "/openapi.json", "openapi", "This document", "", "", 200, "Object", {}, "application/vnd.oai.openapi+json"},
    {"get", "/healthz", "alive", "Whether the process lives", "", "", 200, "Text", {}, plain_text},
    {"get", "/readyz", "ready", "Whether requests can be answered", "", "", 200, "Text", {}, plain_text},
    {"get", "/metrics", "metrics", "Prometheus metrics", "", "", 200, "Text", {}, plain_text},

    {"post", "/demo/sign-in", "demoSignIn", "Sign in without a provider", "", "DemoSignIn", 200, "SignedIn", {USER_NOT_FOUND}},
    {"get", "/demo/people", "demoPeople", "Who can sign in", "", "", 200, "Person[]"},
    {"get", "/demo/clock", "demoClock", "The demo's time", "", "", 200, "DemoClock"},
    {"post", "/demo/clock", "moveDemoClock", "Move the demo's time forward", "", "DemoAdvance", 200, "DemoClock"},
};
// clang-format on

}  // namespace

std::span<const Operation> operations() { return table; }

}  // namespace hallpass::server
