// Every endpoint × every caller × own and foreign tenant × every profile. The cells come from the server's own OpenAPI
// document: its endpoints, the credentials that open them, bodies made from their schemas. Each endpoint has a tenant of
// each profile of its own, with a request that waits, a consent and a session in it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertDeclared } from "./declared.mjs";
import { bearer, HallpassServer, sqlOn } from "./hallpass_server.mjs";

const folder = mkdtempSync(join(tmpdir(), "hallpass-access-"));
const support = "/api/v1/support-access";
const profiles = ["consent", "helpdesk", "support_access", "law_firm"];
const places = 100; // more tenants of each than there are endpoints
let server;
let document;

/** Whom an endpoint is for within a tenant, where that is not everybody whom its path lets in. */
const only = {
  startByRequest: ["agent", "admin"], startSession: ["agent", "admin"], requestAccess: ["agent", "admin"],
  endSession: ["agent", "admin"], currentToken: ["agent"], withdraw: ["agent"],
  giveConsent: ["user"], decline: ["user"], amendGrant: ["user"], openStanding: ["user"],
  mySessionLog: ["user"], myReceipt: ["user"], readNotification: ["user"],
  listUsers: ["agent", "admin"], getUser: ["agent", "admin"], listLogins: ["agent", "admin"],
  metrics: [], // an admin of every tenant, whom no tenant here has
};
const rolesOf = ({ id, path }) => only[id] ?? (/\/admin\/(users|dead-letters)|\/reports\/|\/record$/.test(path) ? ["admin"] : ["user", "agent", "admin"]);

/** The token with which a tenant's identity provider keeps its users, and the setting that lets it. */
const provisioning = (name) => `a-provisioning-token-of-32-bytes-or-more-for-${name}`;
/** A role of one's own: sees the inbox and its tickets, and nobody's account. */
const inboxReader = ["--role", "name=inboxReader,permissions=helpdesk:view-inbox ticket:read"];
const scimSchemas = ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:api:messages:2.0:PatchOp"];
function provisioned(name) {
  writeFileSync(join(folder, `digest-${name}`), createHash("sha256").update(provisioning(name)).digest("hex"));
  return ["--provisioning", `tenant=${name},digest=${join(folder, `digest-${name}`)}`];
}

/** A tenant with one of each. */
const peopleOf = (name) => [
  { type: "tenant", id: name, name, profile: profiles.find((each) => name.startsWith(each)) ?? profiles[0] },
  ...Object.entries({ user: "user", agent: "helpdeskAgent", admin: "helpdeskAdmin", reader: "inboxReader" }).flatMap(([who, role]) => [
    { type: "user", id: `${who}-${name}`, name: `${who} of ${name}`, email: `${who}@${name}.example`, roles: [role] },
    { type: "membership", tenantId: name, userId: `${who}-${name}`, ...(who === "user" ? { scopes: ["parcels:read"] } : {}) },
  ]),
];

before(async () => {
  const names = ["elsewhere", ...profiles.flatMap((profile) => Array.from({ length: places }, (_, at) => `${profile}${at}`))];
  server = await HallpassServer.start(names.flatMap(peopleOf), [...inboxReader, ...names.flatMap(provisioned)], inboxReader);
  document = await (await fetch(`${server.base}/openapi.json`)).json();
});

after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(token, method, path, body, type = "application/json") {
  const stop = new AbortController();
  const response = await fetch(server.base + path, {
    method: method.toUpperCase(), signal: stop.signal,
    headers: { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { "Content-Type": type }) },
    ...(body === undefined ? {} : { body: type.endsWith("json") ? JSON.stringify(body) : new URLSearchParams(body).toString() }),
  });
  if (response.headers.get("content-type") === "text/event-stream") {
    stop.abort(); // its head says enough
    return { status: response.status, body: "" };
  }
  return { status: response.status, body: await response.text() };
}

async function made(token, path, body) {
  const answer = await ask(token, "post", path, body);
  assert.ok(answer.status < 300, `${path}: ${answer.body}`);
  return JSON.parse(answer.body);
}

/** What an endpoint's tenant holds, and what stands for its parameters and members. */
async function furnish(name) {
  const [user, agent] = [bearer(`user-${name}`), bearer(`agent-${name}`)];
  const about = { tenantId: name, targetUserId: `user-${name}`, reason: "The parcel does not show" };
  const grants = `${support}/grants`;
  const waiting = await made(agent, grants, { ...about, ticketId: `waits-${name}` });
  const given = await made(agent, grants, { ...about, ticketId: `runs-${name}` });
  await made(user, `${grants}/${given.id}/grant`, {});
  const started = await made(agent, `${support}/support-sessions`, { ...about, ticketId: `runs-${name}` });
  await made(provisioning(name), "/scim/v2/Users", { schemas: scimSchemas, userName: `user-${name}`, displayName: `user of ${name}`, emails: [{ value: `user@${name}.example` }] });
  const notices = JSON.parse((await ask(user, "get", "/api/v1/me/notifications")).body);
  const receipts = JSON.parse((await ask(user, "get", "/api/v1/me/receipts")).body);
  // At once, as each costs a process; and last, so that the entries are counted as they are found.
  const [entry, recorded] = sql(
    "INSERT INTO messages (id, channel, target, event, tenant_id, title, body, created_at_unix_ms, due_at_unix_ms, attempts," +
    ` leased_until_unix_ms, dead_at_unix_ms, failure) VALUES ('dead-${name}', 'webhook:ops', '', 'access_granted', '${name}', '', '{}', 1, 1, 1, 0, 1, 'HTTP 500');` +
    `INSERT INTO logins VALUES ('login-${name}', 'secret-${name}', 'user-${name}', 1, 4102444800000, '', '');` +
    `SELECT MIN(sequence), (SELECT COUNT(*) FROM record) FROM record WHERE tenant_id = '${name}'`).split("|").map(Number);
  return {
    name, entry, recorded,
    waiting: waiting.id, given: given.id, session: started.session.id, ticket: `runs-${name}`, notice: notices.items[0].id,
    receipt: receipts.items[0].id,
    actAs: started.delegatedToken, code: new URL(started.uiSwitchUrl).searchParams.get("token"),
  };
}

/** The operation's path in that place; with `missing`, one of the same form that leads to nothing. */
function pathOf({ id, path }, place, missing = false) {
  const named = () => {
    if (path.includes("/ResourceTypes/")) return "User";
    if (path.includes("/Schemas/")) return scimSchemas[0];
    if (path.includes("/grants/")) return ["revokeGrant", "amendGrant"].includes(id) ? place.given : place.waiting;
    if (path.includes("sessions/{id}") && !path.includes("/admin/")) return place.session;
    if (path.includes("/tickets/")) return place.ticket;
    if (path.includes("/notifications/")) return place.notice;
    if (path.includes("/receipts/")) return place.receipt;
    return /\/users\//i.test(path) ? `user-${place.name}` : `dead-${place.name}`;
  };
  return path.replace("{sequence}", missing ? "999999" : place.entry).replace("{list}", "1").replace("{session}", `login-${place.name}`).replace("{id}", missing ? "nothing-of-that-name" : named());
}

/** The smallest value of a schema, with this place's ids in it. */
function sample(schema, place, member = "") {
  if (schema.$ref) return sample(document.components.schemas[schema.$ref.split("/").at(-1)], place, member);
  const known = {
    tenantId: place.name, targetUserId: `user-${place.name}`, ticketId: `new-${place.name}`, reason: "The parcel does not show",
    token: place.actAs, code: place.code, role: "user", through: place.notice,
    userName: `user-${place.name}`, schemas: scimSchemas, Operations: [{ op: "replace", path: "displayName", value: "Another" }],
  };
  if (known[member] !== undefined) return known[member];
  if (schema.type === "array") return [];
  assert.equal(schema.type, "object", `nothing is known to stand for ${member}`);
  const names = [...(schema.required ?? []), ...(schema.oneOf?.[0].required ?? [])];
  // A start is for the ticket that consent was given for.
  if (schema.properties?.ticketId && !names.includes("ticketId")) return { ...sample({ ...schema, required: [...names, "ticketId"], oneOf: undefined }, place), ticketId: place.ticket };
  return Object.fromEntries(names.map((name) => [name, sample(schema.properties[name], place, name)]));
}

const verdictOf = ({ status, body }, what) => {
  if (status === 401) return "sign in";
  // Who hears that consent is missing was let in to ask.
  if (status === 403 && JSON.parse(body).error !== "CONSENT_REQUIRED") return "refused";
  if (status === 404) return "hidden";
  assert.ok((status >= 200 && status < 300) || [400, 403, 409].includes(status), `${what}: ${status} ${body}`);
  return "let in";
};

/** What the caller must hear. */
function expected(operation, caller) {
  const opens = (scheme) => operation.security.some((each) => scheme in each);
  const provider = caller.startsWith("provisioner");
  // A token that opens nothing here is not looked at, or not believed.
  if (operation.security.length === 0) return provider ? ["let in", "sign in"] : ["let in"];
  if (provider !== opens("provisioning")) return ["sign in"];
  if (provider) return caller.endsWith("elsewhere") && operation.path.includes("/Users/{id}") ? ["hidden"] : ["let in"];
  if (caller === "nobody") return ["sign in"];
  if (caller === "service") return opens("service") ? ["let in"] : ["refused"];
  if (caller === "act-as token") return opens("actAs") ? ["let in", "refused"] : ["refused"];
  if (!opens("bearer")) return ["refused"];
  const [role, elsewhere] = caller.split(" ");
  const named = operation.path.includes("{") || operation.namesTenant;
  // Of a ticket the server knows nothing but what is recorded about it: nothing, for them.
  if ((elsewhere || role === "reader") && operation.id === "ticketActivity") return ["let in"];
  if (elsewhere && named) return ["hidden", "refused"];
  if (role === "reader") return !named && rolesOf(operation).includes("user") ? ["let in"] : ["hidden", "refused"];
  return rolesOf(operation).includes(role) ? ["let in"] : ["hidden", "refused"];
}

const callersOf = (place) => ({
  nobody: null,
  "user elsewhere": bearer("user-elsewhere"), "agent elsewhere": bearer("agent-elsewhere"), "admin elsewhere": bearer("admin-elsewhere"),
  service: bearer("edge", { roles: ["service"] }),
  "act-as token": place.actAs,
  provisioner: provisioning(place.name), "provisioner elsewhere": provisioning("elsewhere"),
  reader: bearer(`reader-${place.name}`), user: bearer(`user-${place.name}`), agent: bearer(`agent-${place.name}`), admin: bearer(`admin-${place.name}`),
});

const sql = (statement) => sqlOn(server.database, statement);
const entries = () => Number(sql("SELECT COUNT(*) FROM record"));

async function row(operation, place) {
  const content = Object.entries(operation.requestBody?.content ?? {})[0];
  const body = content && sample(content[1].schema, place);
  const of = async (token, missing) => {
    const answer = await ask(token, operation.method, pathOf(operation, place, missing), body, content?.[0]);
    assertDeclared(document, operation, answer);
    return answer;
  };
  const cells = Object.entries(callersOf(place)).map(([caller, token]) => ({ caller, token, expected: expected(operation, caller) }));
  for (const { caller, token, expected: allowed } of cells.filter((each) => !each.expected.includes("let in"))) {
    const what = `${operation.id} by ${caller}`;
    const answer = await of(token, false);
    assert.ok(allowed.includes(verdictOf(answer, what)), `${what}: ${allowed.join(" or ")}, but ${answer.status} ${answer.body}`);
    if (caller.endsWith("elsewhere")) assert.equal(answer.body, (await of(token, true)).body, `${what} tells whether it is there`);
  }
  assert.equal(entries(), place.recorded, `${operation.id}: a refusal changed something`);
  for (const { caller, token } of cells.filter((each) => each.expected.includes("let in"))) {
    const what = `${operation.id} by ${caller}`;
    const answer = await of(token, false);
    const verdict = verdictOf(answer, what);
    assert.ok(expected(operation, caller).includes(verdict), `${what}: let in, but ${answer.status} ${answer.body}`);
    // Who holds a token or code learns what it says.
    if (!caller.endsWith("elsewhere") || body?.token || body?.code || /ResourceTypes|Schemas/.test(operation.path)) continue;
    assert.equal(answer.body, operation.path.includes("{id}") ? (await of(token, true)).body : answer.body, `${what} tells whether it is there`);
    for (const own of [place.waiting, place.given, place.session, place.receipt, `user-${place.name}`]) {
      assert.ok(!answer.body.includes(own), `${what} tells of ${own}`);
    }
  }
  return cells.length;
}

test("every endpoint answers each caller as it should, in their own tenant and in another", async (t) => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, id: operation.operationId, path, method })));
  assert.ok(operations.length < places);
  let cells = 0;
  for (const operation of operations) {
    const schema = JSON.stringify(Object.values(operation.requestBody?.content ?? {}).map((each) => each.schema));
    const named = /schemas\/(\w+)/.exec(schema)?.[1];
    operation.namesTenant = "tenantId" in (document.components.schemas[named]?.properties ?? {});
  }
  // A commit of PostgreSQL takes its time: there, each endpoint has one profile.
  const of = server.database.startsWith("sqlite:") ? () => profiles : (at) => [profiles[at % profiles.length]];
  for (const [at, operation] of operations.entries()) {
    for (const profile of of(at)) cells += await row(operation, await furnish(`${profile}${at}`));
  }
  t.diagnostic(`${operations.length} endpoints, ${cells} cells`);
  assert.ok(cells >= of(0).length * 12 * 75);
});
