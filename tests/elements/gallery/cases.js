// Every component in every state: what the server says, and what a person has done since.

import {
  ada, asked, at, entries, granted, jan, labels, noReports, notifications, now, other, over, pageOf, piet, reports, scopes,
  session, users,
} from "./fixtures.js";
import { recordOf } from "./record.js";
import { refusal, silence, unreachable } from "./server.js";

const support = "/api/v1/support-access";
const grants = `${support}/grants`;
const sessionsPath = `${support}/support-sessions`;

const find = (element, selector) => element.renderRoot.querySelector(selector);

/** Waits until the element shows what is looked for. */
async function shown(element, selector) {
  for (;;) {
    await element.updateComplete;
    const found = find(element, selector);
    if (found !== null) return found;
    await new Promise((next) => requestAnimationFrame(next));
  }
}

const press = (name) => async (element) => (await shown(element, `button[part~="${name}"]:not([aria-disabled])`)).click();

/** One after the other. */
const steps = (...all) => async (element, server) => {
  for (const step of all) await step(element, server);
};

const type = (selector, text) => async (element) => {
  const field = await shown(element, selector);
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

/** Takes the first tick that is left away. */
const untick = async (element) => {
  await element.updateComplete;
  [...element.renderRoot.querySelectorAll("input[type=checkbox]")].find(({ checked }) => checked).click();
};

const see = (selector) => (element) => shown(element, selector);
const tell = (event, data) => (element, server) => server.tell(event, data);
const hidden = (element) => element.renderRoot.querySelector(".card") === null;

export const hostileName = `Jan\u202E <img src=x onerror="document.title='run'"> \u05d3\u05d5\u05d3`;
export const hostileReason = `<script>document.title='run'</script> \u202Edesrever & "quotes" ${"unbroken".repeat(30)}`;

// The consent prompt

const asks = (grant, answers = {}) => ({
  answers: { "GET /api/v1/me": piet, [`GET ${grants}`]: pageOf([grant]), [`GET ${sessionsPath}/active`]: pageOf([]), ...answers },
  attributes: { "ticket-id": "T-1" }, properties: { scopeLabels: labels },
});
const ready = see("#end_of_today-end .exact");
const answers = (path, answer) => ({ [`POST ${grants}/g-1/${path}`]: answer });

const prompt = {
  asked: { ...asks(asked), then: ready },
  "asked for everything": { ...asks({ ...asked, requestedScopes: null }), then: ready },
  "view only": { ...asks(asked), then: steps(ready, press("view-only")) },
  "nothing ticked": {
    ...asks(asked),
    then: steps(ready, untick, untick, untick, press("end_of_today"), see(".notice.bad")),
  },
  "picking a date": { ...asks(asked), then: steps(ready, press("pick"), see("#date")) },
  "a date picked": { ...asks(asked), then: steps(ready, press("pick"), type("#date", "2026-05-12"), see("#date-end .exact")) },
  "a date in the past": { ...asks(asked), then: steps(ready, press("pick"), type("#date", "2020-01-01"), see("#date-end.error")) },
  answering: { ...asks(asked, answers("grant", silence)), then: steps(ready, press("end_of_tomorrow"), see("[aria-busy]")) },
  declining: { ...asks(asked, answers("decline", silence)), then: steps(ready, press("decline"), see("[aria-busy]")) },
  "too late": {
    ...asks(asked, answers("grant", refusal(400, "VALIDATION_ERROR", { field: "until", reason: "until_too_late" }))),
    then: steps(ready, press("one_week"), see("[part~=problem]")),
  },
  unreachable: { ...asks(asked, answers("grant", unreachable)), then: steps(ready, press("end_of_today"), see("[part~=problem]")) },
  "the end moved": {
    ...asks(asked, answers("grant", refusal(400, "VALIDATION_ERROR", { field: "expectedUntil" }))),
    then: steps(ready, press("end_of_today"), see(".notice.wait")),
  },
  "connection lost": { ...asks(asked), stream: "down", then: steps(ready, see("[part~=connection]")) },
  "hostile text": { ...asks({ ...asked, agentName: hostileName, reason: hostileReason, ticketId: "T-1" }), then: ready },
  granted: { ...asks(granted), then: see("button[part~=withdraw]") },
  "standing access": { ...asks({ ...granted, agentId: null, agentName: null, ticketId: "T-1" }), then: see("button[part~=withdraw]") },
  "in use": { ...asks(granted, { [`GET ${sessionsPath}/active`]: pageOf([session]) }), then: see(".dot.live") },
  "ends soon": {
    ...asks({ ...granted, grantedUntil: at(5) }),
    then: steps(see("button[part~=withdraw]"), tell("access_ending", { grant: { ...granted, grantedUntil: at(5) } }), see("[part~=ending]")),
  },
  withdrawing: { ...asks(granted, answers("revoke", silence)), then: steps(press("withdraw"), see("[aria-busy]")) },
  changing: { ...asks({ ...granted, scopes }), then: steps(press("change"), ready) },
  "changing: less, by a date": {
    ...asks({ ...granted, scopes }),
    then: steps(press("change"), ready, press("view-only"), press("pick"), type("#date", "2026-05-12"), see("#date-end .exact")),
  },
  "changing: nothing left": {
    ...asks({ ...granted, scopes }), then: steps(press("change"), ready, untick, untick, untick, press("keep"), see(".notice.bad")),
  },
  "changing: under way": {
    ...asks({ ...granted, scopes }, answers("amend", silence)),
    then: steps(press("change"), ready, press("view-only"), press("keep"), see("[aria-busy]")),
  },
  declined: { ...asks(over("declined", { grantedAt: undefined, declinedAt: at(-1) })), then: see(".outcome") },
  withdrawn: { ...asks(over("revoked", { revokedBy: "user", revokedAt: at(-1) })), then: see(".outcome") },
  "handed back": { ...asks(over("revoked", { revokedBy: "agent", revokedAt: at(-1) })), then: see(".outcome") },
  stopped: { ...asks(over("revoked", { revokedBy: "system", revokedAt: at(-1) })), then: see(".outcome") },
  "no longer asked": { ...asks(over("revoked", { revokedBy: "agent", grantedAt: undefined })), then: see(".outcome") },
  expired: { ...asks(over("expired", { expiredAt: at(-1) })), then: see(".outcome") },
  unanswered: { ...asks(over("expired", { grantedAt: undefined })), then: see(".outcome") },
  "nobody asks": { ...asks(asked, { [`GET ${grants}`]: pageOf([]) }), then: async (element) => { await element.load(); if (!hidden(element)) throw new Error("a prompt without a question"); } },
};

// The agent's panel

const customer = { id: "piet", name: "Piet de Boer", email: "piet@example.nl", role: "Farmer" };
const works = (list, more = {}) => ({
  answers: {
    "GET /api/v1/me": jan, [`GET ${grants}`]: pageOf(list), [`GET ${sessionsPath}/active`]: pageOf([]),
    "GET /api/v1/admin/users/piet": users[0], ...more,
  },
  attributes: { "ticket-id": "T-1", "tenant-id": "de-akker" }, properties: { customer, scopes, scopeLabels: labels },
});
const asking = steps(press("request"), type("textarea", asked.reason), press("send"));

const panel = {
  loading: { ...works([], { [`GET ${grants}`]: silence }), then: see("[aria-busy] .muted") },
  "no access": { ...works([]), then: see("button[part~=request]") },
  "writing a request": { ...works([]), then: steps(press("request"), see("textarea")) },
  "too short": { ...works([]), then: steps(press("request"), type("textarea", "abc"), press("send"), see(".hint.error")) },
  sending: { ...works([], { [`POST ${grants}`]: silence }), then: steps(asking, see("button[part~=send][aria-busy]")) },
  refused: { ...works([], { [`POST ${grants}`]: refusal(409, "OPEN_REQUEST_EXISTS") }), then: steps(asking, see("[part~=problem]")) },
  waiting: { ...works([asked]), then: see(".notice.wait") },
  access: { ...works([granted]), then: see(".notice.good") },
  "session running": { ...works([granted], { [`GET ${sessionsPath}/active`]: pageOf([session]) }), then: see("button[part~=end]") },
  "another's session": {
    ...works([granted], { [`GET ${sessionsPath}/active`]: pageOf([{ ...session, actorAdminUserId: "noor" }]) }), then: see(".notice.wait"),
  },
  "handing back": { ...works([granted], answers("revoke", silence)), then: steps(press("give-up"), see("button[part~=give-up][aria-busy]")) },
  declined: { ...works([over("declined", { grantedAt: undefined })]), then: see(".notice.bad") },
  expired: { ...works([over("expired")]), then: see("button[part~=request]") },
  withdrawn: { ...works([over("revoked", { revokedBy: "user" })]), then: see(".notice.bad") },
  "connection lost": { ...works([granted]), stream: "down", then: steps(see(".notice.good"), see("[part~=connection]")) },
  unreachable: { ...works([], { [`GET ${grants}`]: unreachable }), stream: "down", then: see("[part~=problem]") },
};

// The rest

const account = (me, more = {}, user = users[0]) => ({
  answers: { "GET /api/v1/me": me, "GET /api/v1/admin/users/piet": user, ...more }, properties: { customer },
});
const customers = {
  "for an agent": { ...account(jan), then: see("dl div:nth-child(4)") },
  "for an admin": { ...account(ada), then: see("button[part~=ban]") },
  blocking: { ...account(ada), then: steps(press("ban"), see("input")) },
  blocked: { ...account(ada, {}, { ...users[0], banned: true, banReason: "Shared his password." }), then: see(".banned") },
};

const lists = (items, more = {}) => ({ answers: { "GET /api/v1/me": ada, [`GET ${sessionsPath}/active`]: items, ...more } });
const sessions = {
  loading: { ...lists(silence), then: see(".muted") },
  none: { ...lists(pageOf([])), then: (element) => element.load() },
  two: { ...lists(pageOf([session, other])), then: see("time.left") },
  details: { ...lists(pageOf([session, other])), then: steps(see("time.left"), (element) => { find(element, "details").open = true; }) },
  ending: { ...lists(pageOf([session]), { [`POST ${sessionsPath}/s-1/end`]: silence }), then: steps(press("end-s-1"), see("[aria-busy]")) },
  refused: { ...lists(pageOf([session]), { [`POST ${sessionsPath}/s-1/end`]: refusal(403, "FORBIDDEN") }), then: steps(press("end-s-1"), see("[part~=problem]")) },
  "connection lost": { ...lists(pageOf([session])), stream: "down", then: steps(see("time.left"), see("[part~=connection]")) },
};

const directory = (page, me = ada, more = {}) => ({ answers: { "GET /api/v1/me": me, "GET /api/v1/admin/users": page, ...more } });
const people = {
  loading: { ...directory(silence), then: see(".muted") },
  "for an admin": { ...directory(pageOf(users, "more")), then: see("button[part~=more]") },
  "for an agent": { ...directory(pageOf(users), jan), then: see("li") },
  "no match": { ...directory(pageOf([])), then: (element) => element.load() },
  banning: { ...directory(pageOf(users)), then: steps(press("ban-els"), see("#ban-reason")) },
  "ban under way": {
    ...directory(pageOf(users), ada, { "POST /api/v1/admin/users/els/ban": silence }),
    then: steps(press("ban-els"), type("#ban-reason", "Shared her password."), press("confirm"), see("[aria-busy]")),
  },
  unreachable: { ...directory(unreachable), then: see("[part~=problem]") },
};

const log = (page, more = {}) => ({
  answers: { "GET /api/v1/me": jan, "GET /api/v1/tickets/T-1/activity": page, ...more }, attributes: { "ticket-id": "T-1" },
});
const logs = {
  loading: { ...log(silence), then: see(".muted") },
  none: { ...log(pageOf([])), then: (element) => element.load() },
  entries: { ...log(pageOf(entries, "more")), then: see("button[part~=more]") },
  filtered: {
    ...log(pageOf(entries)),
    then: steps(see("select"), (element) => {
      const filter = find(element, "select");
      filter.value = "access_granted";
      filter.dispatchEvent(new Event("change"));
    }),
  },
  "connection lost": { ...log(pageOf(entries)), stream: "down", then: steps(see("li"), see("[part~=connection]")) },
};

const logged = entries.map((entry) => ({ ...entry, agentId: "jan", sessionId: "s-1" }));
const mine = (requests, given, visits, more = {}) => ({
  answers: {
    "GET /api/v1/me": piet, "GET /api/v1/me/requests": pageOf(requests), "GET /api/v1/me/grants": pageOf(given),
    "GET /api/v1/me/sessions": pageOf(visits), "GET /api/v1/me/sessions/s-1/audit-logs": pageOf(logged),
    [`GET ${grants}/g-1`]: requests[0] ?? given[0], [`GET ${sessionsPath}/active`]: pageOf([]), ...more,
  },
});
const forbidden = () => {
  throw new DOMException("not in this window", "SecurityError");
};
const shows = (change) => ({ "GET /api/v1/me/sessions/s-1/audit-logs": pageOf(logged.with(3, { ...logged[3], ...change })) });
const visited = (record = {}) => mine([], [], [{ ...session, status: "expired" }], record);
const opened = (...selectors) => steps(see("details"), (element) => { find(element, "details").open = true; }, ...selectors.map(see));
const visits = {
  loading: { ...mine([], [], [], { "GET /api/v1/me/sessions": silence }), then: see(".muted") },
  none: { ...mine([], [], []), then: (element) => element.load() },
  "asked and visited": { ...mine([asked], [], [session, { ...session, id: "s-0", status: "stopped" }]), then: see("li") },
  "what was opened": { ...visited(), then: opened(".check.unchecked") },
  checking: {
    ...visited({ ...(await recordOf(logged)), "GET /api/v1/audit/proof/inclusion/4": silence }),
    then: opened(".check.verified", "[data-sequence='4'] .check.checking"),
  },
  verified: { ...visited(await recordOf(logged)), then: opened("[data-sequence='3'] .verified", "[data-sequence='4'] .verified", "[data-sequence='5'] .verified") },
  "not remembered": {
    ...visited(await recordOf(logged)), properties: { headStore: { get: forbidden, set: forbidden, delete: forbidden } }, then: opened("[data-sequence='5'] .verified"),
  },
  "details erased": {
    ...visited({ ...(await recordOf(logged, { erased: 4 })), ...shows({ resourceId: undefined }) }),
    then: opened("[data-sequence='4'] .check.verified"),
  },
  "an entry changed": { ...visited({ ...(await recordOf(logged)), ...shows({ resourceId: "p-1" }) }), then: opened(".check.failed", ".alarm") },
  "the record cut": {
    ...visited(await recordOf(logged, { sizes: [7, 6] })),
    then: steps(opened(".check.verified"), (element) => void element.load(), see(".alarm")),
  },
  "no answer": { ...visited({ "GET /api/v1/audit/checkpoint": unreachable }), then: opened(".check.unchecked", "button[part~=check-again]") },
};

const told = (page, more = {}) => ({ answers: { "GET /api/v1/me/notifications": page, ...more } });
const news = {
  loading: { ...told(silence), then: see(".muted") },
  none: { ...told(pageOf([])), then: (element) => element.load() },
  unread: { ...told(pageOf(notifications, "more")), then: see("li.unread") },
  read: { ...told(pageOf(notifications.map((each) => ({ ...each, readAt: at(-1) })))), then: see("li") },
  marking: { ...told(pageOf(notifications), { "POST /api/v1/me/notifications/read": silence }), then: steps(press("read"), see("[aria-busy]")) },
  "connection lost": { ...told(pageOf(notifications)), stream: "down", then: see("[part~=connection]") },
};

const reported = (found, me = ada) => ({
  answers: {
    "GET /api/v1/me": me,
    ...Object.fromEntries(Object.entries(found).map(([name, answer]) => [`GET ${support}/reports/${name}`, answer])),
  },
  attributes: { days: "7" },
});
const figures = {
  loading: { ...reported({}), answers: { "GET /api/v1/me": silence }, then: see(".muted") },
  none: { ...reported(noReports), then: see(".muted") },
  figures: { ...reported(reports), then: see("figure canvas") },
  forbidden: { ...reported({ ...reports, sessions: refusal(403, "FORBIDDEN") }), then: see("[part~=problem]") },
};

const start = (answer) => ({
  answers: { [`POST ${sessionsPath}`]: answer },
  attributes: { "tenant-id": "de-akker", "target-user-id": "piet", "target-name": "Piet de Boer", "ticket-id": "T-1", reason: asked.reason },
  properties: { scopes, scopeLabels: labels }, alone: true,
});
const open = (element) => element.open();
const dialogs = {
  open: { ...start(silence), then: open },
  "too short": { ...start(silence), then: steps(open, type("textarea", "abc"), press("start"), see("[aria-invalid]")) },
  starting: { ...start(silence), then: steps(open, press("start"), see("[aria-busy]")) },
  refused: { ...start(refusal(409, "ACTIVE_SESSION_EXISTS")), then: steps(open, press("start"), see("[part~=problem]")) },
  forbidden: { ...start(refusal(403, "CONSENT_REQUIRED")), then: steps(open, press("start"), see("[part~=problem]")) },
};

/** By component: the states of each. `alone`: one at a time on a page. */
export const cases = {
  "consent-prompt": prompt,
  "agent-panel": panel,
  customer: customers,
  "start-dialog": dialogs,
  sessions,
  users: people,
  "audit-log": logs,
  reports: figures,
  "my-access": visits,
  notifications: news,
};
export { now };
