// The record as JSON Lines, CSV and OCSF, over HTTP and by command, on SQLite and on PostgreSQL: chosen as asked for, for those alone
// who oversee the tenant, with nothing in it that a spreadsheet would run.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { HallpassServer } from "./hallpass_server.mjs";

const support = "/api/v1/support-access";
const record = `${support}/record`;
const reason = "The parcel does not show on the map";
const formula = "=cmd|' /C calc'!A0";
let server;
let session;

before(async () => {
  server = await HallpassServer.start([
    ...["bureau", "elders"].map((id) => ({ type: "tenant", id, name: id, profile: "support_access" })),
    ...["piet", "els"].map((id) => ({ type: "user", id, name: id, email: `${id}@example.nl` })),
    { type: "user", id: "jan", name: "Jan", email: "jan@example.nl", roles: ["helpdeskAgent"], allTenants: true },
    { type: "user", id: "ada", name: "Ada", email: "ada@example.nl", roles: ["helpdeskAdmin"] },
    ...["piet", "els"].map((userId) => ({ type: "membership", tenantId: "bureau", userId, scopes: ["parcels:read"] })),
    { type: "membership", tenantId: "elders", userId: "els", scopes: ["parcels:read"] },
    { type: "membership", tenantId: "bureau", userId: "ada", scopes: [] },
  ]);
  const started = await server.ask("jan", "POST", `${support}/support-sessions`, { tenantId: "bureau", targetUserId: "piet", reason });
  session = JSON.parse(started.body).session.id;
  const token = { bearer: JSON.parse(started.body).delegatedToken };
  for (let batch = 0; batch < 5; batch++) {
    const events = Array.from({ length: 500 }, (_, at) => ({
      method: ["GET", "POST", "PUT", "DELETE", "BREW"][at % 5], resourceType: "parcel", resourceId: at === 0 ? formula : `p-${at}`, status: at % 7 === 0 ? 403 : 200,
    }));
    assert.equal((await server.ask(token, "POST", `${support}/support-sessions/${session}/audit-logs`, { events })).status, 202);
  }
  await server.ask("jan", "POST", `${support}/support-sessions/${session}/end`, {});
  const other = await server.ask("jan", "POST", `${support}/support-sessions`, { tenantId: "elders", targetUserId: "els", reason });
  assert.equal(other.status, 201);
  const asked = await server.ask("jan", "POST", `${support}/grants`, { tenantId: "bureau", targetUserId: "els", ticketId: "T-1", reason });
  const { id } = JSON.parse(asked.body);
  for (const name of ["grant", "amend", "revoke"]) await server.ask("els", "POST", `${support}/grants/${id}/${name}`, name === "amend" ? { preset: "one_week" } : {});
});
after(() => server?.stop());

/** All pieces of an export. */
async function exported(query) {
  const pieces = [];
  for (let after = ""; after !== null && pieces.length < 20;) {
    const answer = await server.ask("ada", "GET", `${record}?tenantId=bureau${query}${after}`);
    assert.equal(answer.status, 200, answer.body);
    pieces.push(answer.body);
    const next = answer.headers.get("hallpass-next");
    after = next === null ? null : `&after=${next}`;
  }
  return pieces;
}
const lines = (text) => text.trimEnd().split("\n").map((line) => JSON.parse(line));

test("every entry of the tenant, in pieces of bounded length, none twice and none of another tenant", async () => {
  const pieces = await exported("&format=ocsf");
  assert.equal(pieces.length, 2);
  assert.ok(pieces.every((piece) => lines(piece).length <= 2_000));
  const entries = pieces.flatMap(lines);
  assert.equal(new Set(entries.map(({ metadata }) => metadata.uid)).size, entries.length);
  assert.ok(entries.length > 2_500);
  assert.ok(entries.every(({ metadata }) => metadata.tenant_uid === "bureau"));
  const [first] = await exported("&format=jsonl");
  assert.equal(first.trimEnd().split("\n").length, 2_000);
});

test("by user, agent, session and period", async () => {
  const count = async (query) => (await exported(`&format=ocsf${query}`)).flatMap((piece) => (piece === "" ? [] : lines(piece))).length;
  const all = await count("");
  assert.equal((await count("&userId=piet")) + (await count("&userId=els")), all);
  assert.equal(await count("&agentId=jan"), all);
  assert.equal(await count("&userId=nobody"), 0);
  assert.ok((await count(`&sessionId=${session}`)) > 2_500);
  assert.equal(await count("&from=2000-01-01&to=2001-01-01"), 0);
  assert.equal(await count("&from=2000-01-01"), all);
});

test("who does not oversee the tenant learns nothing", async () => {
  const hidden = await server.ask("ada", "GET", `${record}?tenantId=none`);
  assert.equal(hidden.status, 404);
  assert.equal((await server.ask("ada", "GET", `${record}?tenantId=elders`)).body, hidden.body);
  for (const who of ["piet", "jan"]) assert.equal((await server.ask(who, "GET", `${record}?tenantId=bureau`)).status, 403);
  assert.equal((await server.ask(null, "GET", `${record}?tenantId=bureau`)).status, 401);
  for (const query of ["", "?tenantId=bureau&format=xml", "?tenantId=bureau&after=-1", "?tenantId=bureau&after=x", "?tenantId=bureau&from=soon", "?tenantId=bureau&more=1"]) {
    assert.equal((await server.ask("ada", "GET", record + query)).status, 400, query);
  }
});

test("a spreadsheet finds no formula", async () => {
  const pieces = await exported("&format=csv");
  assert.ok(pieces[0].startsWith("sequence,at,event,"));
  assert.ok(!pieces[1].startsWith("sequence,"), "the header comes once");
  assert.ok(pieces[0].includes(`"'${formula}"`));
  for (const cell of pieces.join("").split(/,|\r\n/)) assert.doesNotMatch(cell, /^"?[=+@\t]/);
});

// The required attributes of OCSF 1.2.0, read from its source (github.com/ocsf/ocsf-schema, tag v1.2.0): events/base_event.json with
// includes/classification.json and includes/occurrence.json, objects/metadata.json, product.json, actor.json, api.json, user.json,
// network_endpoint.json and the class's own file.
const classes = {
  3001: { name: "Account Change", activities: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], required: ["user"] },
  3002: { name: "Authentication", activities: [1, 2, 3, 4, 5, 6], required: ["user"], oneOf: ["service", "dst_endpoint"] },
  3005: { name: "User Access Management", activities: [1, 2], required: ["privileges", "user"] },
  6003: { name: "API Activity", activities: [1, 2, 3, 4], required: ["actor", "api", "src_endpoint"] },
};
const some = (object, names) => names.some((name) => object[name] !== undefined);

function conforms(event) {
  const of = classes[event.class_uid];
  assert.ok(of, event.class_uid);
  for (const name of ["activity_id", "category_uid", "class_uid", "type_uid", "severity_id", "time"]) assert.ok(Number.isInteger(event[name]), name);
  assert.ok([0, 99, ...of.activities].includes(event.activity_id));
  assert.equal(event.class_name, of.name);
  assert.equal(event.category_uid, Math.floor(event.class_uid / 1000));
  assert.equal(event.type_uid, event.class_uid * 100 + event.activity_id);
  assert.ok(event.severity_id >= 0 && event.severity_id <= 6);
  assert.equal(event.metadata.version, "1.2.0");
  assert.equal(event.metadata.product.vendor_name, "Hallpass");
  for (const name of of.required) assert.ok(event[name] !== undefined, `${of.name} lacks ${name}`);
  if (of.oneOf) assert.ok(some(event, of.oneOf));
  if (event.user) assert.ok(some(event.user, ["account", "name", "uid"]));
  if (event.api) assert.ok(event.api.operation);
  if (event.actor) assert.ok(some(event.actor, ["process", "user", "session", "app_name", "app_uid"]));
  if (event.src_endpoint) assert.ok(some(event.src_endpoint, ["ip", "uid", "name", "hostname"]));
}

test("OCSF: every event has what its class requires, and says who did what to whom", async () => {
  const events = (await exported("&format=ocsf")).flatMap(lines);
  for (const event of events) conforms(event);
  const of = (code) => events.find(({ metadata }) => metadata.event_code === code);
  const kind = ({ class_uid, activity_id }) => `${class_uid}/${activity_id}`;
  assert.equal(kind(of("impersonation_started")), "3002/1");
  assert.equal(kind(of("impersonation_ended")), "3002/2");
  assert.equal(kind(of("access_granted")), "3005/1");
  assert.equal(kind(of("access_revoked")), "3005/2");
  assert.equal(kind(of("access_requested")), "3005/99");
  const [read, create, update, erase, brew] = events.filter(({ class_uid }) => class_uid === 6003);
  assert.deepEqual([read, create, update, erase, brew].map(kind), ["6003/2", "6003/1", "6003/3", "6003/4", "6003/99"]);
  assert.equal(read.status_id, 2);
  assert.equal(create.status_id, 1);
  assert.equal(create.actor.user.uid, "jan");
  assert.equal(create.actor.session.uid, session);
  assert.equal(create.unmapped.subject_id, "piet");
  assert.equal(of("access_granted").user.uid, "jan");
  assert.equal(of("access_granted").resource.uid, "els");
});

test("the command writes the same", async () => {
  const { status, stdout, stderr } = server.run("audit", "export", "--format", "ocsf", "--tenant", "bureau");
  assert.equal(status, 0, stderr);
  assert.deepEqual(lines(stdout), (await exported("&format=ocsf")).flatMap(lines));
});
