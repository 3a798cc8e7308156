// Writes sessions.json: starts of sessions, each a good one with something changed, and the first
// condition that fails, in the contract's order. Later failures are mixed in to prove the order.
import { writeFileSync } from "node:fs";

/** 2026-11-20T12:00:00.500Z: half a second past, so that rounding shows. */
const now = 1795176000500;
const minute = 60_000;
const second = 1000 * Math.floor(now / 1000);

const grant = {
  id: "gr_1",
  status: "granted",
  grantedUntil: now + 86_400_000,
  agentId: "jan",
  ticketId: "T-1",
  scopes: null,
};
const facts = {
  agent: { id: "jan", roles: ["helpdeskAgent"], known: true, inTenant: true, banned: false, actingAs: false },
  tenant: "de-akker",
  tenantExists: true,
  policy: "consent",
  subject: { id: "piet", scopes: "parcels:read parcels:write", existsInTenant: true, staff: false, banned: false, optedOut: false },
  reason: "The parcel does not show",
  ticket: "T-1",
  ttlMinutes: null,
  scopes: null,
  readOnly: false,
  grants: [grant],
  sessions: [],
};
const vectors = [];

function merge(base, changes) {
  const result = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    const deep = typeof value === "object" && value !== null && !Array.isArray(value);
    result[name] = deep && typeof base[name] === "object" ? merge(base[name], value) : value;
  }
  return result;
}
const add = (name, changes, expect) => vectors.push({ name, now, facts: merge(facts, changes), expect });
const refused = (code, reason) => ({ ok: false, code, ...(reason && { reason }) });
const plan = (changes = {}) => ({
  ok: true,
  startedAt: second,
  expiresAt: second + 30 * minute,
  limitedBy: "requested_ttl",
  ttlMinutes: 30,
  grantIndex: 0,
  scopes: "parcels:read parcels:write",
  scopesNarrowed: false,
  ...changes,
});

add("all holds", {}, plan());
add("ttl as asked", { ttlMinutes: 5 }, plan({ ttlMinutes: 5, expiresAt: second + 5 * minute }));
add("ttl equal to the cap: the cap is named", { ttlMinutes: 60 }, plan({ ttlMinutes: 60, expiresAt: second + 60 * minute, limitedBy: "session_cap" }));
add("the grant ends first, rounded down", { grants: [{ ...grant, grantedUntil: now + 10 * minute + 250 }] }, plan({ expiresAt: second + 10 * minute, limitedBy: "grant" }));
add("one year of consent does not lengthen a session", { grants: [{ ...grant, grantedUntil: now + 365 * 86_400_000 }] }, plan());
add("an admin may start too", { agent: { roles: ["helpdeskAdmin"] } }, plan());
add("standing access", { grants: [{ ...grant, agentId: null, ticketId: null }] }, plan());
add("of several grants the longest", { grants: [{ ...grant, grantedUntil: now + minute }, { ...grant, id: "gr_2" }] }, plan({ grantIndex: 1 }));
add("an ended grant beside a live one", { grants: [{ ...grant, status: "revoked" }, { ...grant, id: "gr_2" }] }, plan({ grantIndex: 1 }));
add("scopes of the grant", { grants: [{ ...grant, scopes: "parcels:read" }] }, plan({ scopes: "parcels:read", scopesNarrowed: true }));
add("scopes by name", { scopes: "parcels:read" }, plan({ scopes: "parcels:read", scopesNarrowed: true }));
add("viewing alone", { readOnly: true }, plan({ scopes: "parcels:read", scopesNarrowed: true }));
add("a session that is over does not count", { sessions: [{ agentId: "eva", subjectId: "piet", expiresAt: now }] }, plan());
add("no consent needed", { policy: "support_access", grants: [] }, plan({ grantIndex: null }));
add("letters beyond ASCII", { reason: "Perceel Zuid-Beveland \u{1F33E} ontbreekt", subject: { id: "zoë" }, agent: { id: "jän" }, grants: [{ ...grant, agentId: "jän" }] }, plan());

const late = { reason: "x", grants: [], sessions: [{ agentId: "eva", subjectId: "piet", expiresAt: now + minute }] };
add("1 unknown agent", { ...late, agent: { known: false, banned: true } }, refused("UNAUTHORIZED"));
add("1 banned agent", { ...late, agent: { banned: true, roles: ["user"] } }, refused("AGENT_BANNED"));
add("1 no permission", { ...late, agent: { roles: ["user"], actingAs: true } }, refused("FORBIDDEN", "missing_permission"));
add("1 unknown role", { ...late, agent: { roles: ["root"] } }, refused("FORBIDDEN", "missing_permission"));
add("2 nested", { ...late, agent: { actingAs: true }, tenantExists: false }, refused("NESTED_IMPERSONATION"));
add("3 unknown tenant", { ...late, tenantExists: false, subject: { existsInTenant: false } }, refused("TENANT_NOT_FOUND"));
add("3 unknown law firm", { ...late, policy: "law_firm", tenantExists: false }, refused("LAW_FIRM_NOT_FOUND"));
add("3 another tenant's agent", { ...late, agent: { inTenant: false } }, refused("TENANT_NOT_FOUND"));
add("3 act-as switched off", { ...late, policy: { profile: "consent", actAsEnabled: false } }, refused("ACT_AS_DISABLED"));
add("4 unknown subject", { ...late, subject: { existsInTenant: false, staff: true } }, refused("USER_NOT_FOUND"));
add("4 oneself", { ...late, subject: { id: "jan", staff: true } }, refused("FORBIDDEN", "self_impersonation"));
add("4 staff", { ...late, subject: { staff: true, banned: true } }, refused("TARGET_IS_STAFF"));
add("4 banned subject", { ...late, subject: { banned: true } }, refused("TARGET_BANNED"));
add("5 reason too short", { ...late, reason: " abcd ", ttlMinutes: 1 }, refused("VALIDATION_ERROR", "too_short"));
add("5 reason too long", { ...late, reason: "x".repeat(501) }, refused("VALIDATION_ERROR", "too_long"));
add("5 ttl below the minimum", { ...late, reason: "reason", ttlMinutes: 4 }, refused("VALIDATION_ERROR", "out_of_range"));
add("5 ttl above the maximum", { ...late, reason: "reason", ttlMinutes: 61 }, refused("VALIDATION_ERROR", "out_of_range"));
add("5 ttl zero", { ttlMinutes: 0 }, refused("VALIDATION_ERROR", "out_of_range"));
add("5 ttl negative", { ttlMinutes: -30 }, refused("VALIDATION_ERROR", "out_of_range"));
add("6 no grant", { grants: [], scopes: "x:y" }, refused("CONSENT_REQUIRED", "no_grant"));
for (const status of ["pending", "declined", "revoked", "expired"]) {
  add(`6 ${status}`, { grants: [{ ...grant, status, grantedUntil: null }] }, refused("CONSENT_REQUIRED", `grant_${status}`));
}
add("6 run out at this very instant", { grants: [{ ...grant, grantedUntil: now }] }, refused("CONSENT_REQUIRED", "grant_expired"));
add("6 for another agent", { grants: [{ ...grant, agentId: "eva" }] }, refused("CONSENT_REQUIRED", "no_grant"));
add("6 for another ticket", { grants: [{ ...grant, ticketId: "T-2" }] }, refused("CONSENT_REQUIRED", "other_ticket"));
add("6 for a ticket, none given", { ticket: null }, refused("CONSENT_REQUIRED", "other_ticket"));
add("7 more than the grant", { grants: [{ ...grant, scopes: "parcels:read" }], scopes: "parcels:write" }, refused("INSUFFICIENT_SCOPE", "scope_exceeded"));
add("7 more than the subject", { scopes: "billing:read", sessions: late.sessions }, refused("INSUFFICIENT_SCOPE", "scope_exceeded"));
add("7 never carried", { policy: { profile: "consent", neverCarried: ["parcels:write"] }, scopes: "parcels:write" }, refused("INSUFFICIENT_SCOPE", "scope_never_carried"));
add("7 a write for viewing alone", { readOnly: true, scopes: "parcels:write" }, refused("INSUFFICIENT_SCOPE", "read_only"));
add("8 another agent is in", { sessions: late.sessions }, refused("ACTIVE_SESSION_EXISTS"));
add("8 the same agent is in", { sessions: [{ agentId: "jan", subjectId: "piet", expiresAt: now + 1 }] }, refused("ACTIVE_SESSION_EXISTS"));
add("8 another agent is in, which this policy allows", { policy: "support_access", sessions: late.sessions }, plan({ grantIndex: null }));

writeFileSync(new URL("sessions.json", import.meta.url), `${JSON.stringify({ vectors }, null, 1)}\n`);
console.log(`${vectors.length} starts of sessions`);
