// The facts of a start on their way into the module: texts that are the same cross once, ASCII crosses together,
// and neither may ever make two texts into one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { core } from "./evaluate.mjs";

const now = 1_800_000_000_000;
const permissions = core.permissionsOf(["helpdeskAgent"]);
const facts = (changes = {}) => ({
  agent: { id: "jan", permissions },
  tenant: "t",
  policy: "consent",
  subject: { id: "piet", scopes: "a:read b:write" },
  reason: "because it is so",
  ticket: "T-1",
  grants: [{ id: "g", status: "granted", grantedUntil: now + 3_600_000, agentId: "jan", ticketId: "T-1", scopes: null }],
  sessions: [],
  ...changes,
});
const grant = (changes) => [{ ...facts().grants[0], ...changes }];
const code = (asked) => core.planSession(asked, now).error?.code ?? "planned";

test("ids are the same text or they are not, whatever they are written in", () => {
  for (const id of ["jan", "jän", "日本", "\u{1F600}x", `${"x".repeat(3000)}é`]) {
    const asked = facts({ agent: { id, permissions }, grants: grant({ agentId: id }) });
    assert.equal(code(asked), "planned", id);
    assert.equal(code({ ...asked, grants: grant({ agentId: `${id}é` }) }), "CONSENT_REQUIRED");
    assert.equal(code({ ...asked, sessions: [{ agentId: id, subjectId: "piët", expiresAt: now + 1 }] }), "planned");
    assert.equal(code({ ...asked, sessions: [{ agentId: "é", subjectId: "piet", expiresAt: now + 1 }] }), "ACTIVE_SESSION_EXISTS");
    assert.equal(code({ ...asked, subject: { id, scopes: "a:read" } }), "FORBIDDEN");
  }
  // As UTF-8 a lone surrogate must not become U+FFFD.
  const lone = facts({ agent: { id: "\ud800", permissions } });
  assert.equal(code({ ...lone, grants: grant({ agentId: "\ufffd" }) }), "CONSENT_REQUIRED");
  assert.equal(code({ ...lone, grants: grant({ agentId: "\ud800" }) }), "planned");
});

test("texts end where they end: what follows in memory is no part of them", () => {
  assert.equal(code(facts({ agent: { id: "ja", permissions }, tenant: "n" })), "CONSENT_REQUIRED");
  assert.equal(code(facts({ ticket: "T-", grants: grant({ ticketId: "T-1" }) })), "CONSENT_REQUIRED");
  assert.equal(code(facts({ ticket: "", grants: grant({ ticketId: "" }) })), "planned");
});

test("no ticket is not an empty one", () => {
  assert.equal(code(facts({ ticket: null, grants: grant({ ticketId: null }) })), "planned");
  assert.equal(code(facts({ ticket: null })), "CONSENT_REQUIRED");
  assert.equal(code(facts({ ticket: null, grants: grant({ ticketId: "" }) })), "CONSENT_REQUIRED");
  assert.equal(code(facts({ ticket: undefined, grants: grant({ ticketId: null }) })), "planned");
});

test("a reason in any script is read whole", () => {
  assert.equal(code(facts({ reason: "één goede reden" })), "planned");
  assert.equal(core.planSession(facts({ reason: "b\ud800ecause it is" }), now).error.reason, "malformed");
  assert.equal(core.planSession(facts({ reason: "é".repeat(501) }), now).error.reason, "too_long");
  assert.equal(code(facts({ reason: "é".repeat(500) })), "planned");
});

test("what is no text is refused by name", () => {
  const refusedField = (changes) => core.planSession(facts(changes), now).error.field;
  assert.equal(refusedField({ agent: { id: 5, permissions } }), "agent.id");
  assert.equal(refusedField({ tenant: undefined }), "tenant");
  assert.equal(refusedField({ subject: { id: null, scopes: "" } }), "subject.id");
  assert.equal(refusedField({ subject: { id: "piet" } }), "subject.scopes");
  assert.equal(refusedField({ reason: {} }), "reason");
  assert.equal(refusedField({ sessions: [{ agentId: "jan", subjectId: 1, expiresAt: now }] }), "sessions");
});

test("many grants and sessions in one call", () => {
  const grants = Array.from({ length: 300 }, (_, at) => ({ ...facts().grants[0], agentId: `agent-${at}` }));
  grants[217] = { ...grants[217], agentId: "jan" };
  const sessions = Array.from({ length: 300 }, (_, at) => ({ agentId: `agent-${at}`, subjectId: `user-${at}`, expiresAt: now + 1 }));
  assert.equal(core.planSession(facts({ grants, sessions }), now).grantIndex, 217);
  sessions[299].subjectId = "piet";
  assert.equal(code(facts({ grants, sessions })), "ACTIVE_SESSION_EXISTS");
});
