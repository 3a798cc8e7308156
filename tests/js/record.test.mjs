// createRecordVerifier under Node: the entries that an honest server shows are verified, and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { canonical, RecordServer } from "./record_server.mjs";
import { verified, verifierOf } from "./record_verifier.mjs";

test("entries as they are shown are verified, and asked for once", async () => {
  const server = new RecordServer(9);
  const record = await verifierOf(server);
  assert.deepEqual(record.state, { status: "checking" });
  const found = await Promise.all(server.entries.map(({ shown }) => record.verify(shown)));
  assert.deepEqual(found, server.entries.map(() => verified));
  assert.deepEqual(record.state, { status: "holds", size: 9, memory: "first_use" });
  const { length } = server.asked;
  assert.deepEqual(await record.verify(server.shown(4)), verified);
  assert.equal(server.asked.length, length);
  assert.deepEqual(server.asked.slice(0, 2), ["/api/v1/audit/checkpoint", "/api/v1/audit/key"]);
});

test("an entry that is newer than the head has the head looked at first", async () => {
  const server = new RecordServer(3);
  const record = await verifierOf(server);
  await record.refresh();
  server.append();
  assert.deepEqual(await record.verify(server.shown(4)), verified);
  assert.equal(record.state.size, 4);
});

test("each member that is shown otherwise than it is recorded is told", async () => {
  const server = new RecordServer(5);
  const record = await verifierOf(server);
  const forged = {
    at: "2026-11-21T00:00:00Z", event: "resource_write", actorId: "els", subjectId: "els", agentId: "els", tenantId: "other", ticketId: "T-9",
    grantId: null, sessionId: "s-9", ip: "192.0.2.7", userAgent: "Test", method: "PUT", resourceType: "invoice", resourceId: "p-9", outcome: "failure",
    durationMs: 3, metadata: { path: "/app/parcels/3", status: 201 },
  };
  for (const [field, value] of Object.entries(forged)) {
    assert.deepEqual(await record.verify({ ...server.shown(3), [field]: value }), { status: "failed", fault: "shown_otherwise", field }, field);
  }
  const { resourceId: _, ...without } = server.shown(3);
  assert.deepEqual(await record.verify(without), { status: "failed", fault: "shown_otherwise", field: "resourceId" });
  assert.deepEqual(await record.verify({ ...server.shown(3), sequence: 2 }), { status: "failed", fault: "shown_otherwise", field: "at" });
  assert.deepEqual(await record.verify({ ...server.shown(3), actorName: "What people are called is not on record" }), verified);
});

test("a leaf, a part or a proof that was changed is told", async () => {
  const changes = {
    wrong_root: (body) => ({ ...body, leaf: body.leaf.replace("de-akker", "de-beemd") }),
    wrong_length: (body) => ({ ...body, hashes: body.hashes.slice(1) }),
    wrong_part: (body) => ({ ...body, parts: { ...body.parts, people: body.parts.people.replace('"jan"', '"els"') } }),
  };
  for (const [fault, change] of Object.entries(changes)) {
    const server = new RecordServer(6);
    server.served["proof/inclusion"] = ({ body }) => ({ body: change(body) });
    assert.equal((await (await verifierOf(server)).verify(server.shown(2))).fault, fault);
  }
});

test("a leaf that says two things, or a form that is not the protocol's, is malformed", async () => {
  const twice = new RecordServer(2);
  const { leaf } = twice.entries[1];
  // In the tree as it stands: only its text is to blame.
  twice.entries[1].leaf = () => leaf().replace('{"sequence"', '{"event":"token_issued","sequence"');
  assert.deepEqual(await (await verifierOf(twice)).verify(twice.shown(2)), { status: "failed", fault: "malformed" });
  const bare = new RecordServer(2);
  const whole = bare.entries[1].leaf;
  bare.entries[1].leaf = () => canonical({ ...JSON.parse(whole()), details: undefined });
  assert.deepEqual(await (await verifierOf(bare)).verify(bare.shown(2)), { status: "failed", fault: "malformed", field: "details" });
  const short = new RecordServer(2);
  const { shown: { resourceId: _, ...erased }, leaf: spelt } = short.entries[1];
  short.entries[1].leaf = () => canonical({ ...JSON.parse(spelt()), details: "" });
  short.served["proof/inclusion"] = ({ body }) => ({ body: { ...body, parts: { people: body.parts.people } } });
  assert.deepEqual(await (await verifierOf(short)).verify({ ...erased, metadata: {} }), { status: "failed", fault: "malformed", field: "details" });
  const bodies = ["", "[]", "null", "<!doctype html>", { leaf: 1, parts: {}, hashes: [] }, { leaf: "{}", parts: {}, hashes: ["x"] }, { leaf: "{}", parts: {} }];
  for (const body of bodies) {
    const server = new RecordServer(2);
    server.served["proof/inclusion"] = () => ({ body });
    assert.deepEqual(await (await verifierOf(server)).verify(server.shown(2)), { status: "failed", fault: "malformed" }, JSON.stringify(body));
  }
});

test("what was erased verifies, says so, and shows nothing that the record no longer opens", async () => {
  const server = new RecordServer(3);
  server.served["proof/inclusion"] = ({ body }) => ({ body: { ...body, parts: { people: body.parts.people } } });
  const record = await verifierOf(server);
  const { resourceId: _, ...shown } = server.shown(2);
  assert.deepEqual(await record.verify({ ...shown, metadata: {} }), { status: "verified", erased: ["details"] });
  assert.deepEqual(await record.verify(server.shown(2)), { status: "failed", fault: "shown_otherwise", field: "resourceId" });
  assert.deepEqual(await record.verify({ ...shown, metadata: { path: "/invented" } }), { status: "failed", fault: "shown_otherwise", field: "metadata" });
});

test("an entry that the server shows and does not find", async () => {
  const server = new RecordServer(3);
  server.served["proof/inclusion"] = () => ({ status: 404, body: {} });
  const record = await verifierOf(server);
  assert.deepEqual(await record.verify(server.shown(1)), { status: "failed", fault: "no_such_entry" });
  // Who may have the proof of an entry whose people were erased is the server's to say.
  assert.deepEqual(await record.verify({ ...server.shown(1), actorId: null, subjectId: null, agentId: undefined }), { status: "unchecked", reason: "no_proofs" });
  assert.deepEqual(await record.verify({ ...server.shown(3), sequence: 99 }), { status: "failed", fault: "no_such_entry" });
});

test("a server that is away is no alarm, is left alone while it asks for it, and is asked again later", async () => {
  for (const path of ["checkpoint", "key", "proof/consistency", "proof/inclusion"]) {
    for (const trouble of [() => ({ status: 503, body: {} }), () => ({ status: 401, body: {} }), () => Promise.reject(new TypeError("Failed to fetch"))]) {
      const server = new RecordServer(4);
      const store = new Map();
      if (path === "proof/consistency") {
        await (await verifierOf(server, store)).refresh();
        server.append();
      }
      const record = await verifierOf(server, store);
      server.served[path] = trouble;
      assert.deepEqual(await record.verify(server.shown(2)), { status: "unchecked", reason: "unreachable" }, path);
      delete server.served[path];
      assert.equal((await record.refresh()).status, "holds");
      assert.deepEqual(await record.verify(server.shown(2)), verified);
    }
  }
  const server = new RecordServer(4);
  const record = await verifierOf(server);
  await record.refresh();
  server.served["proof/inclusion"] = () => ({ status: 429, headers: { "Retry-After": "60" }, body: {} });
  server.asked.length = 0;
  assert.deepEqual(await record.verify(server.shown(2)), { status: "unchecked", reason: "unreachable" });
  assert.deepEqual(await record.verify(server.shown(3)), { status: "unchecked", reason: "unreachable" });
  assert.equal(server.asked.length, 1);
});

test("few questions are under way at once", async () => {
  const server = new RecordServer(40);
  const record = await verifierOf(server);
  await record.refresh();
  let underWay = 0;
  let most = 0;
  server.served["proof/inclusion"] = async (answer) => {
    most = Math.max(most, ++underWay);
    await new Promise((next) => setImmediate(next));
    underWay--;
    return answer;
  };
  assert.deepEqual(await Promise.all(server.entries.map(({ shown }) => record.verify(shown))), server.entries.map(() => verified));
  assert.equal(most, 4);
});

test("without Ed25519 nothing is verified, and nobody is alarmed", async (t) => {
  const server = new RecordServer(3);
  const record = await verifierOf(server);
  t.mock.method(crypto.subtle, "importKey", () => Promise.reject(new DOMException("Unrecognized name", "NotSupportedError")));
  assert.deepEqual(await record.verify(server.shown(1)), { status: "unchecked", reason: "unsupported" });
});
