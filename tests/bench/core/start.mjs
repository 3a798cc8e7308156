// The start of a session, all conditions of the contract's section 2, four scopes: the same question put to
// the core through its JavaScript package, to Cedar (policies preparsed) and to casbin, twice: with the
// conditions in its matcher, and with all of them in one JavaScript function that the matcher calls.
import assert from "node:assert/strict";
import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import { newEnforcer, newModelFromString, StringAdapter } from "casbin";

const now = 1_800_000_000_000;
const scopeList = ["cases:read", "documents:read", "invoices:read", "notes:read"];
const scopes = scopeList.join(" ");

/** The question, and variants of it that must be refused. */
export const cases = {
  allowed: {},
  "agent banned": { banned: true },
  nested: { actingAs: true },
  "subject is staff": { staff: true },
  "grant ran out": { grantedUntil: now - 1 },
  "other ticket": { ticket: "T-2" },
  "one scope too many": { asked: [...scopeList, "notes:write"] },
  "another session": { active: true },
};
const defaults = {
  banned: false, actingAs: false, staff: false, grantedUntil: now + 7_200_000, ticket: "T-1", asked: scopeList, active: false,
};

function askCore(core) {
  const permissions = core.permissionsOf(["helpdeskAgent"]);
  return (variant) => {
    const q = { ...defaults, ...variant };
    const facts = {
      agent: { id: "admin_789", permissions, banned: q.banned, actingAs: q.actingAs },
      tenant: "firm_abc",
      policy: "consent",
      subject: { id: "user_12345", scopes, staff: q.staff },
      reason: "The parcel is not on the map",
      ticket: q.ticket,
      ttlMinutes: 30,
      scopes: q.asked.join(" "),
      grants: [{ id: "gr_1", status: "granted", grantedUntil: q.grantedUntil, agentId: "admin_789", ticketId: "T-1", scopes }],
      sessions: q.active ? [{ agentId: "admin_1", subjectId: "user_12345", expiresAt: now + 60_000 }] : [],
    };
    return () => core.planSession(facts, now).ok;
  };
}

const cedarPolicy = `permit(principal, action == Action::"start", resource) when {
  principal.known && !principal.banned && principal.permissions.contains("support:access:create") &&
  !context.actingAs && resource.tenant == context.tenant && resource.id != principal.id && !resource.staff && !resource.banned &&
  context.reasonLength >= 5 && context.reasonLength <= 500 && context.ttl >= 5 && context.ttl <= 60 &&
  context.grant.status == "granted" && context.now < context.grant.until && context.grant.agent == principal.id &&
  context.grant.ticket == context.ticket && resource.scopes.containsAll(context.grant.scopes) &&
  context.grant.scopes.containsAll(context.asked) && !context.otherSession };`;

function askCedar() {
  const parsed = cedar.preparsePolicySet("start", { staticPolicies: cedarPolicy });
  assert.equal(parsed.type, "success", JSON.stringify(parsed));
  const agent = { type: "Agent", id: "admin_789" };
  const user = { type: "User", id: "user_12345" };
  return (variant) => {
    const q = { ...defaults, ...variant };
    const call = {
      principal: agent,
      action: { type: "Action", id: "start" },
      resource: user,
      preparsedPolicySetId: "start",
      context: {
        actingAs: q.actingAs, tenant: "firm_abc", reasonLength: 28, ttl: 30, now, ticket: q.ticket,
        asked: q.asked, otherSession: q.active,
        grant: { status: "granted", until: q.grantedUntil, agent: "admin_789", ticket: "T-1", scopes: scopeList },
      },
      entities: [
        { uid: agent, attrs: { id: "admin_789", known: true, banned: q.banned, permissions: ["support:access:create"] }, parents: [] },
        { uid: user, attrs: { id: "user_12345", tenant: "firm_abc", staff: q.staff, banned: false, scopes: scopeList }, parents: [] },
      ],
    };
    return () => {
      const answer = cedar.statefulIsAuthorized(call);
      return answer.type === "success" && answer.response.decision === "allow";
    };
  };
}

const casbinModel = (matcher) => newModelFromString(`
[request_definition]
r = agent, subject, start
[policy_definition]
p = permission
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = ${matcher}
`);
const subset = (inner, outer) => inner.every((scope) => outer.includes(scope));

/** The conditions as casbin's users write them: attributes of the request, in the matcher. */
const casbinMatcher = [
  "r.agent.known && !r.agent.banned && has(r.agent.permissions, p.permission) && !r.start.actingAs",
  "r.subject.tenant == r.start.tenant && r.subject.id != r.agent.id && !r.subject.staff && !r.subject.banned",
  "r.start.reasonLength >= 5 && r.start.reasonLength <= 500 && r.start.ttl >= 5 && r.start.ttl <= 60",
  'r.start.grant.status == "granted" && r.start.now < r.start.grant.until && r.start.grant.agent == r.agent.id',
  "r.start.grant.ticket == r.start.ticket && subset(r.start.grant.scopes, r.subject.scopes)",
  "subset(r.start.asked, r.start.grant.scopes) && !r.start.otherSession",
].join(" && ");

/** The same as one JavaScript function, which measures casbin's frame around JavaScript. */
const holds = (agent, subject, start, permission) =>
  agent.known && !agent.banned && agent.permissions.includes(permission) && !start.actingAs &&
  subject.tenant === start.tenant && subject.id !== agent.id && !subject.staff && !subject.banned &&
  start.reasonLength >= 5 && start.reasonLength <= 500 && start.ttl >= 5 && start.ttl <= 60 &&
  start.grant.status === "granted" && start.now < start.grant.until && start.grant.agent === agent.id &&
  start.grant.ticket === start.ticket && subset(start.grant.scopes, subject.scopes) &&
  subset(start.asked, start.grant.scopes) && !start.otherSession;

async function askCasbin(matcher) {
  const enforcer = await newEnforcer(casbinModel(matcher), new StringAdapter("p, support:access:create"));
  enforcer.addFunction("has", (list, item) => list.includes(item));
  enforcer.addFunction("subset", subset);
  enforcer.addFunction("holds", holds);
  return (variant) => {
    const q = { ...defaults, ...variant };
    const agent = { id: "admin_789", known: true, banned: q.banned, permissions: ["support:access:create"] };
    const subject = { id: "user_12345", tenant: "firm_abc", staff: q.staff, banned: false, scopes: scopeList };
    const start = {
      actingAs: q.actingAs, tenant: "firm_abc", reasonLength: 28, ttl: 30, now,
      grant: { status: "granted", until: q.grantedUntil, agent: "admin_789", ticket: "T-1", scopes: scopeList },
      ticket: q.ticket, asked: q.asked, otherSession: q.active,
    };
    return () => enforcer.enforceSync(agent, subject, start);
  };
}

/** Functions that ask the allowed question, after every case was answered alike by all. */
export async function startQuestion(core) {
  const askers = {
    hallpass: askCore(core),
    cedar: askCedar(),
    casbin: await askCasbin(casbinMatcher),
    casbin_function: await askCasbin("holds(r.agent, r.subject, r.start, p.permission)"),
  };
  for (const [name, variant] of Object.entries(cases)) {
    const expected = name === "allowed";
    for (const [peer, ask] of Object.entries(askers)) assert.equal(ask(variant)(), expected, `${peer}: ${name}`);
  }
  return Object.fromEntries(Object.entries(askers).map(([peer, ask]) => [peer, ask({})]));
}
