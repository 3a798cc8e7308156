// The running server's answers against its own OpenAPI document, and the document against its standard.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { declaredAt, declaredResponse } from "./declared.mjs";
import { ajv, as, base, call, provisioning, seen, serve, service, stop, support } from "./documented.mjs";

let document;
before(async () => {
  document = await serve();
});
after(stop);

test("the document is OpenAPI 3.1", async () => {
  const result = await new Validator().validate(structuredClone(document));
  assert.ok(result.valid, JSON.stringify(result.errors));
  const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
  assert.equal(new Set(ids).size, ids.length);
});

test("every schema of the document is one, and all it refers to is there", () => {
  for (const name of Object.keys(document.components.schemas)) {
    assert.ok(ajv.getSchema(`openapi#/components/schemas/${name}`), name);
  }
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
  for (const [, kind, name] of references) assert.ok(document.components[kind][name], `${kind}/${name}`);
});

test("answers of the whole journey are as documented", async () => {
  const ask = { tenantId: "de-akker", targetUserId: "piet", ticketId: "T-1", reason: "The parcel does not show" };
  const grants = `${support}/grants`;
  const act = (name) => `${grants}/{id}/${name}`;
  const first = await call("jan", "post", grants, { body: ask });
  await call("jan", "post", grants, { body: ask, refused: true });
  await call("piet", "get", "/api/v1/me/requests");
  const at = (id, name) => ({ path: `${grants}/${id}${name === "" ? "" : `/${name}`}` });
  await call("piet", "post", act("decline"), { ...at(first.id, "decline"), body: {} });
  const second = await call("jan", "post", grants, { body: ask });
  await call("jan", "post", act("withdraw"), { ...at(second.id, "withdraw"), body: {} });
  const third = await call("jan", "post", grants, { body: ask });
  await call("piet", "post", act("grant"), { ...at(third.id, "grant"), body: { preset: "end_of_tomorrow", shown: { text: "Until when?", locale: "en" } } });
  await call("piet", "post", act("amend"), { ...at(third.id, "amend"), body: { preset: "one_week" } });
  await call("jan", "get", `${grants}/{id}`, at(third.id, ""));

  const start = { tenantId: "de-akker", targetUserId: "piet", ticketId: "T-1", reason: "The parcel does not show" };
  const sessions = `${support}/support-sessions`;
  const started = await call("jan", "post", "/admin/support-access/requests", { body: { ...start, ttlMinutes: 20 } });
  await call("jan", "post", sessions, { body: { ...start, durationMinutes: 20 }, refused: true });
  const code = new URL(started.uiSwitchUrl).searchParams.get("token");
  const { token } = await call("jan", "post", `${support}/exchange`, { body: { code } });
  const id = started.session.id;
  const one = { path: `${sessions}/${id}` };
  const bearer = { headers: { Authorization: `Bearer ${token}` } };
  await call("ada", "get", `${sessions}/active`);
  await call(null, "get", `${sessions}/{id}`, { ...one, ...bearer });
  await call("jan", "post", `${sessions}/{id}/token`, { path: `${one.path}/token`, body: {} });
  const events = [
    { id: "e1", method: "GET", resourceType: "parcel", resourceId: "p-1", path: "/parcels/p-1", status: 200, durationMs: 3 },
    { method: "PUT", resourceType: "parcel", resourceId: "p-1", status: 403 },
  ];
  const log = { path: `${one.path}/audit-logs` };
  await call(null, "post", `${sessions}/{id}/audit-logs`, { ...log, ...bearer, body: { events } });
  await call("ada", "get", `${sessions}/{id}/audit-logs`, log);
  await call(null, "post", `${support}/validate-token`, { body: { token } });
  await call(null, "post", `${support}/validate-token`, { body: { token: "nonsense" } });
  await call("jan", "post", `${sessions}/{id}/end`, { path: `${one.path}/end`, body: { reason: "completed" } });
  await call("piet", "post", act("revoke"), { ...at(third.id, "revoke"), body: {} });
  await call("piet", "get", grants, { query: "?status=declined&limit=1" });
  await call("piet", "post", `${grants}/standing`, { body: { tenantId: "de-akker", preset: "one_week" } });
  const receipts = await call("piet", "get", "/api/v1/me/receipts", { query: `?grantId=${third.id}` });
  assert.equal(receipts.items.length, 3);
  await call("piet", "get", "/api/v1/me/receipts/{id}", { path: `/api/v1/me/receipts/${receipts.items[0].id}` });
  await call("jan", "get", "/api/v1/me/receipts/{id}", { path: `/api/v1/me/receipts/${receipts.items[0].id}`, refused: true });
  await call("piet", "get", "/api/v1/me/sessions/{id}/audit-logs", { path: `/api/v1/me/sessions/${id}/audit-logs` });
  for (const mine of ["", "/grants", "/sessions"]) await call("piet", "get", `/api/v1/me${mine}`);
  const told = await call("piet", "get", "/api/v1/me/notifications", { query: "?unread=true" });
  const newest = told.items[0].id;
  const notice = "/api/v1/me/notifications/{id}/read";
  await call("piet", "post", notice, { path: notice.replace("{id}", newest), body: {} });
  await call("piet", "post", "/api/v1/me/notifications/read", { body: { through: newest } });
  await call("piet", "get", "/api/v1/me/notifications");
  await call("piet", "patch", "/api/v1/me", { body: { timeZone: "Europe/Amsterdam" } });
  await call("ada", "get", "/api/v1/tickets/{id}/activity", { path: "/api/v1/tickets/T-1/activity" });
});

test("answers to admins are as documented", async () => {
  for (const name of ["sessions", "actions", "resources", "origins", "outcomes"]) {
    await call("ada", "get", `${support}/reports/${name}`);
    await call("ada", "get", `${support}/reports/${name}`, { query: "?tenantId=de-akker" });
    await call("jan", "get", `${support}/reports/${name}`, { refused: true });
  }
  await call("ada", "get", `${support}/record`, { query: "?tenantId=de-akker" });
  await call("ada", "get", `${support}/record`, { query: "?tenantId=none", refused: true });
  await call("ada", "get", "/api/v1/admin/dead-letters");
  const again = "/api/v1/admin/dead-letters/{id}/requeue";
  await call("ada", "post", again, { path: again.replace("{id}", "none"), body: {}, refused: true });
  const users = "/api/v1/admin/users";
  const els = (more = "") => ({ path: `${users}/els${more}` });
  await call("ada", "get", users, { query: "?search=e&banned=false" });
  await call("ada", "get", users, { query: "?banned=perhaps", refused: true });
  await call("ada", "get", `${users}/{id}`, els());
  const logins = await call("ada", "get", `${users}/{id}/sessions`, els("/sessions"));
  await call("ada", "delete", `${users}/{id}/sessions/{session}`, els(`/sessions/${logins.items[0].id}`));
  await call("ada", "delete", `${users}/{id}/sessions/{session}`, { ...els("/sessions/none"), refused: true });
  await call("ada", "post", `${users}/{id}/ban`, { ...els("/ban"), body: { reason: "Account was taken over", until: "2099-01-01T00:00:00Z" } });
  await call("ada", "post", `${users}/{id}/unban`, { ...els("/unban"), body: {} });
  await call("ada", "post", `${users}/{id}/role`, { ...els("/role"), body: { role: "user" } });
  await call("ada", "post", `${users}/{id}/role`, { ...els("/role"), body: { role: "king" }, refused: true });
  await call("ada", "delete", `${users}/{id}/sessions`, els("/sessions"));
});

test("answers to anybody are as documented", async () => {
  const paths = ["/.well-known/jwks.json", "/.well-known/receipt-keys.json", "/openapi.json", "/healthz", "/readyz", "/demo/people", "/demo/clock"];
  for (const path of paths) await call(null, "get", path);
  await call(null, "get", "/status/{list}", { path: "/status/1" });
  await call(null, "post", "/demo/clock", { body: { advanceSeconds: 1 } });
  await call(null, "post", "/demo/sign-in", { body: { userId: "els" } });
  await call(null, "post", "/demo/sign-in", { body: { userId: "nobody" }, refused: true, status: 404 });
  await call("jan", "delete", "/api/v1/session");
  await call("jan", "get", "/api/v1/me", { refused: true });
  await call(null, "get", "/api/v1/me", { refused: true });
});

test("what an identity provider is answered is as documented", async () => {
  const headers = { Authorization: `Bearer ${provisioning}` };
  const users = "/scim/v2/Users";
  const nora = { path: `${users}/nora%40akker.example`, headers };
  const schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
  const body = { schemas, userName: "nora@akker.example", name: { givenName: "Nora" }, locale: "nl" };
  await call(null, "post", users, { headers, body });
  await call(null, "post", users, { headers, body, refused: true });
  await call(null, "get", users, { headers, query: `?filter=${encodeURIComponent('userName eq "nora@akker.example"')}&startIndex=1&count=10` });
  await call(null, "get", users, { headers, query: "?filter=x", refused: true });
  await call(null, "get", users, { refused: true });
  const whole = await call(null, "get", `${users}/{id}`, nora);
  for (const name of ["userName", "active", "emails", "roles", "meta"]) assert.ok(Object.hasOwn(whole, name), name);
  assert.deepEqual(Object.keys(whole.emails[0]), ["value", "type", "primary"]);
  assert.deepEqual(Object.keys(whole.roles[0]), ["value"]);
  assert.deepEqual(Object.keys(whole.meta), ["resourceType", "created", "lastModified", "location"]);
  await call(null, "put", `${users}/{id}`, { ...nora, body: { ...body, active: "True" } });
  await call(null, "patch", `${users}/{id}`, { ...nora, body: { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [{ op: "Replace", path: "active", value: false }] } });
  await call(null, "delete", `${users}/{id}`, nora);
  await call(null, "get", `${users}/{id}`, { ...nora, refused: true });
  for (const name of ["ServiceProviderConfig", "ResourceTypes", "Schemas"]) await call(null, "get", `/scim/v2/${name}`, { headers });
  await call(null, "get", "/scim/v2/ResourceTypes/{id}", { path: "/scim/v2/ResourceTypes/User", headers });
  await call(null, "get", "/scim/v2/Schemas/{id}", { path: `/scim/v2/Schemas/${schemas[0]}`, headers });
});

test("what of a user is told may be asked for where the document says so, and nowhere else", async () => {
  const headers = { Authorization: `Bearer ${provisioning}` };
  const user = "urn:ietf:params:scim:schemas:core:2.0:User";
  const schemas = [user];
  const made = await call(null, "post", "/scim/v2/Users", { headers, body: { schemas, userName: "vera@akker.example" }, query: "?attributes=emails.value,meta.location" });
  assert.deepEqual(Object.keys(made).sort(), ["emails", "id", "meta", "schemas"]);
  await call(null, "get", "/scim/v2/Users", { headers, query: "?excludedAttributes=userName,name,active" });
  const ids = { Users: made.id, ResourceTypes: "User", Schemas: user };
  const bodies = {
    post: { schemas, userName: "wim@akker.example" }, put: { schemas, userName: "vera@akker.example" },
    patch: { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [{ op: "Replace", path: "locale", value: "nl" }] },
  };
  const scim = Object.entries(document.paths).filter(([pattern]) => pattern.startsWith("/scim/v2/"));
  for (const [pattern, methods] of scim) {
    const path = pattern.replace("{id}", encodeURIComponent(ids[pattern.split("/")[3]]));
    for (const [method, { parameters }] of Object.entries(methods)) {
      const documented = parameters.map(({ $ref = "" }) => $ref.split("/").at(-1)).filter((name) => /attributes$/i.test(name));
      assert.ok(documented.length === 0 || documented.length === 2, `${method} ${pattern}`);
      // Both together are refused where they are heard.
      const heard = documented.length === 2;
      const answer = await call(null, method, pattern, { path, headers, body: bodies[method], query: "?attributes=id&excludedAttributes=meta", refused: heard });
      if (heard) assert.match(answer.detail, /^attributes and excludedAttributes/);
    }
  }
});

test("the record's head and proofs are as documented", async () => {
  const audit = "/api/v1/audit";
  const [name, size, root] = (await call("piet", "get", `${audit}/checkpoint`)).split("\n");
  assert.match(root, /^[A-Za-z0-9+/]{43}=$/);
  assert.ok((await call("piet", "get", `${audit}/key`)).startsWith(`${name}+`));
  const inclusion = `${audit}/proof/inclusion/{sequence}`;
  const of = (user, sequence, more = {}) => call(user, "get", inclusion, { path: inclusion.replace("{sequence}", sequence), ...more });
  const own = await of("piet", 1, { query: `?size=${size}` });
  assert.equal(own.size, Number(size));
  assert.equal(JSON.parse(own.leaf).sequence, 1);
  assert.deepEqual(Object.keys(own.parts), ["people", "details"]);
  // By the definition, with nothing of ours (RFC 9162 section 2.1.3.1).
  const sha256 = (...pieces) => createHash("sha256").update(Buffer.concat(pieces)).digest();
  const rootOf = (leaf, index, count, path) => {
    if (count === 1) return leaf;
    const half = 2 ** Math.floor(Math.log2(count - 1)), right = index >= half;
    const inner = rootOf(leaf, right ? index - half : index, right ? count - half : half, path.slice(0, -1));
    return right ? sha256(Buffer.from([1]), path.at(-1), inner) : sha256(Buffer.from([1]), inner, path.at(-1));
  };
  const recorded = await call("ada", "get", "/api/v1/tickets/{id}/activity", { path: "/api/v1/tickets/T-1/activity" });
  assert.ok(recorded.items.length > 3);
  for (const { sequence } of recorded.items) {
    const { leaf, parts, hashes } = await of("ada", sequence, { query: `?size=${size}` });
    const path = hashes.map((hash) => Buffer.from(hash, "base64"));
    assert.equal(rootOf(sha256(Buffer.from([0]), Buffer.from(leaf)), sequence - 1, Number(size), path).toString("base64"), root);
    for (const [part, text] of Object.entries(parts)) assert.equal(sha256(Buffer.from(text)).toString("base64url"), JSON.parse(leaf)[part]);
  }
  assert.deepEqual(Object.keys((await of("ada", 1)).parts), ["people", "origin", "details"]);
  for (const none of ["0", "-1", "x", "999999", "9007199254740993", "18446744073709551616"]) await of("piet", none, { refused: true });
  await of("piet", 1, { query: "?size=999999", refused: true });
  const consistency = `${audit}/proof/consistency`;
  assert.equal((await call("piet", "get", consistency, { query: "?from=1" })).to, Number(size));
  for (const query of ["", "?from=-1", "?from=999999", `?from=2&to=1`]) await call("piet", "get", consistency, { query, refused: true });
});

test("what a provider's people and services are answered is as documented", async () => {
  await call(null, "post", "/api/v1/session", { ...as("piet"), body: {} });
  await call("piet", "post", "/api/v1/session", { body: {}, refused: true, status: 401 });
  const start = { tenantId: "de-akker", targetUserId: "piet", ticketId: "T-2", reason: "The parcel does not show" };
  const grants = `${support}/grants`;
  const { id } = await call(null, "post", grants, { ...as("jan"), body: start });
  await call(null, "post", `${grants}/{id}/grant`, { ...as("piet"), path: `${grants}/${id}/grant`, body: {} });
  const { delegatedToken: token } = await call(null, "post", "/admin/support-access/requests", { ...as("jan"), body: start });
  for (const caller of [service(), as("jan"), as("piet")]) await call(null, "post", "/oauth/introspect", { ...caller, body: { token } });
  await call(null, "post", "/oauth/introspect", { body: { token }, refused: true, status: 401 });
  await call(null, "post", "/oauth/introspect", { ...service(), body: {}, refused: true, status: 400 });
  await call(null, "post", "/oauth/revoke", { body: { token, token_type_hint: "access_token" } });
  await call(null, "get", "/metrics", service());
  await call(null, "get", "/metrics", { ...as("piet"), refused: true, status: 403 });
  await call(null, "get", "/api/v1/events", as("piet"));
  await call(null, "get", "/api/v1/events", { headers: { Authorization: `Bearer ${token}` }, refused: true, status: 401 });
  const { delegatedToken, session } = await call(null, "post", "/admin/support-access/requests", { ...as("jan"), body: { ...start, ttlMinutes: 20 } });
  await call(null, "post", "/demo/clock", { body: { advanceSeconds: 1200 } });
  for (const part of ["", "/audit-logs"]) {
    const [path, headers] = [`${support}/support-sessions/${session.id}${part}`, { Authorization: `Bearer ${delegatedToken}` }];
    await call(null, "get", `${support}/support-sessions/{id}${part}`, { path, headers, refused: true, status: 401 });
  }
  await call(null, "get", "/api/v1/token-status/events");
  await call(null, "get", "/api/v1/token-status/events", { query: "?since=1", refused: true, status: 400 });
});

test("what has not changed is answered as documented", async () => {
  const path = { path: "/status/1" };
  const { headers } = await fetch(`${base}/status/1`);
  await call(null, "get", "/status/{list}", { ...path, headers: { "If-None-Match": headers.get("etag") }, status: 304 });
  await call(null, "get", "/status/{list}", { path: "/status/none", refused: true, status: 404 });
});

test("what every operation may refuse is declared, with its code", () => {
  for (const [pattern, methods] of Object.entries(document.paths)) {
    for (const [method, { responses }] of Object.entries(methods)) {
      const what = `${method} ${pattern}`;
      assert.equal(responses.default, undefined, what);
      for (const status of [400, 408, 413, 431, 500, 503]) declaredAt(document, pattern, method, status, what);
      for (const status of Object.keys(responses).filter((each) => each >= 400)) {
        const { content } = declaredResponse(document, declaredAt(document, pattern, method, status, what));
        const codes = content["application/problem+json"].schema.properties?.error.enum;
        assert.ok(pattern.startsWith("/scim/") || codes.length > 0, `${what} ${status}`);
      }
    }
  }
});

test("all that is documented was called", () => {
  const all = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
  assert.deepEqual(all.filter((each) => !seen.has(each)), []);
});
