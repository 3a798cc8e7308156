// What a server says about one farm: Piet, who is asked; Jan, who asks; Ada, who oversees.

/** The instant of every state: Wednesday 6 May 2026, 14:17 in Amsterdam. */
export const now = Date.parse("2026-05-06T12:17:00Z");
export const at = (minutes) => new Date(now + minutes * 60_000).toISOString();
const day = 24 * 60;

export const reason = "The Achterveld is missing from your map; I would like to see what you see.";
export const scopes = ["parcels:read", "parcels:write", "tickets:read"];
export const labels = { "tickets:read": "View tickets", "parcels:read": "View parcels", "parcels:write": "Change parcels" };

export const asked = {
  id: "g-1", tenantId: "de-akker", subjectId: "piet", subjectName: "Piet de Boer", agentId: "jan", agentName: "Jan",
  ticketId: "T-1", reason, status: "pending", requestedScopes: scopes, scopes: null,
  createdAt: at(-20), pendingUntil: at(7 * day - 20),
};
export const granted = {
  ...asked, status: "granted", pendingUntil: undefined, grantedAt: at(-10), grantedUntil: "2026-05-07T22:00:00Z",
  timeZone: "Europe/Amsterdam", tzdataVersion: "2026f",
};
export const over = (status, more) => ({ ...granted, status, ...more });

export const session = {
  id: "s-1", tenantId: "de-akker", targetUserId: "piet", targetUserName: "Piet de Boer", targetUserEmail: "piet@example.nl",
  actorAdminUserId: "jan", actorName: "Jan", ticketId: "T-1", grantId: "g-1", reason, status: "active",
  startedAt: at(-5), expiresAt: at(25), ttlMinutes: 30, limitedBy: "requested_ttl", scopesNarrowed: false, scopes: null,
};
export const other = {
  ...session, id: "s-2", actorAdminUserId: "noor", actorName: "Noor", targetUserId: "els", targetUserName: "Els Vink",
  ticketId: null, expiresAt: at(73), limitedBy: "grant", reason: "Her invoices do not add up.",
};

const policy = {
  profile: "consent", consentNeeded: true, sessionCapMinutes: 60, ttlMinMinutes: 5, ttlDefaultMinutes: 30, ttlMaxMinutes: 60,
  activePer: "user", maxGrantDays: 30, pendingForHours: 168, actAsEnabled: true, readOnly: false, neverCarried: [],
};
const person = (id, name, roles, permissions) => ({
  id, name, email: `${id}@example.nl`, roles, permissions, timeZone: "Europe/Amsterdam",
  tenants: [{ id: "de-akker", name: "De Akker", profile: "consent", tenantClaim: "tenantId", policy }],
});
export const piet = person("piet", "Piet de Boer", ["user"], []);
export const jan = person("jan", "Jan", ["helpdeskAgent"], ["support:access:create", "user:list"]);
export const ada = person("ada", "Ada", ["helpdeskAdmin"], [
  "user:list", "user:ban", "user:set-role", "session:revoke", "support:access:end", "support:access:create",
]);

const user = (id, name, more = {}) => ({
  id, name, email: `${id}@example.nl`, roles: ["user"], banned: false, timeZone: "Europe/Amsterdam", optedOut: false,
  sessionCount: 1, tenantIds: ["de-akker"], ...more,
});
export const users = [
  user("piet", "Piet de Boer"), user("els", "Els Vink", { sessionCount: 0 }),
  user("jan", "Jan", { roles: ["helpdeskAgent"], sessionCount: 2 }),
  user("kees", "Kees Mulder", { banned: true, banReason: "Shared his password with a neighbour.", sessionCount: 0 }),
];

let sequence = 0;
const entry = (event, minutes, more = {}) => ({
  sequence: ++sequence, at: at(minutes), event, actorId: "jan", actorName: "Jan", subjectId: "piet",
  subjectName: "Piet de Boer", tenantId: "de-akker", ticketId: "T-1", ...more,
});
export const entries = [
  entry("access_requested", -20),
  entry("access_granted", -10, { actorId: "piet", actorName: "Piet de Boer" }),
  entry("impersonation_started", -5, { sessionId: "s-1" }),
  entry("resource_read", -4, { method: "GET", resourceType: "parcel", resourceId: "p-7", outcome: "success" }),
  entry("resource_write", -3, { method: "PUT", resourceType: "parcel", resourceId: "p-7", outcome: "forbidden" }),
  entry("invoice.exported", -2, { resourceType: "invoice", resourceId: "F-12", outcome: "success", metadata: { details: { pages: 2 } } }),
  entry("access_expired", -1, { actorId: null, actorName: null }),
];

export const notifications = [
  { id: "9", event: "access_ending", at: at(-1), readAt: null, title: "Access to your account ends soon",
    text: "Jan's access ends on 6 May 2026 at 14:22 (Europe/Amsterdam, UTC+02:00).", endsAt: at(5) },
  { id: "8", event: "access_requested", at: at(-20), readAt: at(-15), title: "Somebody asks for access to your account",
    text: "Jan asks to look into your account.", ticketId: "T-1" },
];

const extent = { from: at(-7 * day), to: at(0), tenantId: null, counted: 17, complete: true };
const judged = { success: 15, failure: 2, count: 17 };
const days = [["2026-05-04", 4], ["2026-05-05", 9], ["2026-05-06", 4]];
export const reports = {
  sessions: {
    ...extent, count: 17, averageSeconds: 1264, byStatus: [{ status: "stopped", count: 17, averageSeconds: 1264 }],
    byDay: days.map(([each, count]) => ({ day: each, count, averageSeconds: 1264 })),
    byAdmin: [
      { actorId: "jan", actorName: "Jan", count: 12, averageSeconds: 1200 },
      { actorId: "noor", actorName: "Noor", count: 5, averageSeconds: 1400 },
    ],
    topReasons: [{ reason, count: 9 }, { reason: "Her invoices do not add up.", count: 8 }],
  },
  actions: {
    ...extent, byType: [{ event: "resource_read", ...judged }, { event: "access_requested", count: 6, success: 6, failure: 0 }],
    byDay: days.map(([each, count]) => ({ day: each, count, success: count, failure: 0 })),
  },
  resources: {
    ...extent, byType: [{ resourceType: "parcel", count: 17, reads: 14, writes: 3, resources: 4 }],
    topResources: [{ resourceType: "parcel", resourceId: "p-7", count: 12, reads: 10, writes: 2 }],
  },
  origins: {
    ...extent, byAddress: [{ ip: "192.0.2.7", ...judged }], byUserAgent: [{ family: "Chrome", ...judged }],
  },
  outcomes: {
    ...extent, ...judged, byDay: days.map(([each, count]) => ({ day: each, count, success: count, failure: 0 })),
    byActor: [{ actorId: "jan", actorName: "Jan", ...judged }],
  },
};
export const noReports = {
  sessions: { ...extent, counted: 0, count: 0, averageSeconds: null, byStatus: [], byDay: [], byAdmin: [], topReasons: [] },
  actions: { ...extent, counted: 0, byType: [], byDay: [] },
  resources: { ...extent, counted: 0, byType: [], topResources: [] },
  origins: { ...extent, counted: 0, byAddress: [], byUserAgent: [] },
  outcomes: { ...extent, counted: 0, count: 0, success: 0, failure: 0, byDay: [], byActor: [] },
};

/** Pages as the server gives them. */
export const pageOf = (items, nextCursor = null) => ({ items, nextCursor });
