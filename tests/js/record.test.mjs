// createRecordVerifier under Node: what an honest server shows is verified, and nothing else.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { createRecordVerifier } from "../../js/dist/record.js";
import { canonical, NoteKey, RecordServer } from "./record_server.mjs";

const slot = "https://api.example.com";
async function verifierOf(server, store = new Map()) {
  return createRecordVerifier({ client: server.client, store });
}
/** A verifier that has seen the record as it is now. */
async function knowing(server, store = new Map()) {
  await (await verifierOf(server, store)).refresh();
  assert.ok(store.has(slot));
  server.asked.length = 0;
  return { store, before: store.get(slot), record: await verifierOf(server, store) };
}
const verified = { status: "verified", erased: [] };

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

test("a head continues the remembered one, at every size, and the key is not asked for again", async () => {
  const server = new RecordServer(1);
  const store = new Map();
  await (await verifierOf(server, store)).refresh();
  for (let size = 2; size < 20; size++) {
    server.append();
    server.asked.length = 0;
    assert.deepEqual(await (await verifierOf(server, store)).refresh(), { status: "holds", size, memory: "continued" });
    assert.deepEqual(server.asked, ["/api/v1/audit/checkpoint", `/api/v1/audit/proof/consistency?from=${size - 1}&to=${size}`]);
    assert.match(JSON.parse(store.get(slot)).checkpoint, new RegExp(`^record\\.test\\n${size}\\n`));
  }
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

test("a record that shrank, forked, or was written anew is told, and what was remembered stays", async () => {
  const cases = {
    shrunk: (server) => server.entries.pop(),
    forked: (server) => server.entries.splice(2, 1, new RecordServer(3).entries[2]),
    "forked, and grown": (server) => {
      server.entries.splice(4, 1, new RecordServer(5).entries[4]);
      server.append();
    },
    "forked, with the proof of the other tree": (server) => {
      const honest = new RecordServer();
      honest.entries = [...server.entries, ...new RecordServer(11).entries.slice(8)];
      server.entries = new RecordServer(11).entries;
      server.served["proof/consistency"] = async (_, url) => ({ body: await (await honest.send(url.pathname + url.search)).text() });
    },
    "forked, without a proof": (server) => {
      server.append();
      server.served["proof/consistency"] = () => ({ status: 400, body: {} });
    },
    "forked, with nonsense for a proof": (server) => {
      server.append();
      server.served["proof/consistency"] = () => ({ body: { hashes: ["AA=="] } });
    },
  };
  for (const [name, tamper] of Object.entries(cases)) {
    const server = new RecordServer(8);
    const { store, before, record } = await knowing(server);
    tamper(server);
    const state = await record.refresh();
    assert.equal(state.status, "alarm", name);
    assert.equal(state.alarm, name.split(",")[0], name);
    assert.deepEqual([state.remembered, state.found.key], [JSON.parse(before), server.key.text]);
    assert.match(state.found.checkpoint, /^record\.test\n/);
    assert.equal(store.get(slot), before, name);
    assert.deepEqual(await record.verify(server.shown(1)), { status: "unchecked", reason: "alarm" }, name);
  }
});
test("a verifier that lives on notices as well", async () => {
  const server = new RecordServer(8);
  const record = await verifierOf(server, { get: () => null, set: () => {}, delete: () => {} });
  assert.deepEqual(await record.refresh(), { status: "holds", size: 8, memory: "not_remembered" });
  assert.deepEqual(await record.verify(server.shown(8)), verified);
  server.entries.pop();
  assert.equal((await record.refresh()).alarm, "shrunk");
  assert.deepEqual(await record.verify({ ...server.shown(1) }), { status: "unchecked", reason: "alarm" });
});

test("another key, a signature that does not hold, another record's name", async () => {
  const other = new RecordServer(8);
  const changed = await knowing(other);
  other.key = new NoteKey();
  const state = await changed.record.refresh();
  assert.equal(state.alarm, "key_changed");
  assert.equal(state.found.key, other.key.text);
  assert.equal(changed.store.get(slot), changed.before);

  const forgeries = [
    (server) => server.head().replace(/^.*\n8\n/, "record.test\n9\n"),
    (server) => server.head(new NoteKey()),
    (server) => server.head(new NoteKey("another.test")),
    (server) => server.key.sign(server.head().split("\n\n")[0].replace("record.test", "another.test") + "\n"),
    (server) => `${server.head().split("\n\n")[0]}\n\n`,
    (server) => `${server.head().split("\n\n")[0]}\n\n\u2014 record.test ${Buffer.concat([server.key.id, Buffer.alloc(64)]).toString("base64")}\n`,
  ];
  for (const forge of forgeries) {
    const server = new RecordServer(8);
    const { store, before, record } = await knowing(server);
    server.served.checkpoint = () => ({ body: forge(server) });
    assert.equal((await record.refresh()).alarm, "signature_invalid", forge);
    assert.equal(store.get(slot), before);
    // Nor is it believed at first sight.
    const fresh = new Map();
    assert.equal((await (await verifierOf(server, fresh)).refresh()).alarm, "signature_invalid", forge);
    assert.equal(fresh.size, 0);
  }
});

test("further signatures beside the record's own do no harm", async () => {
  const server = new RecordServer(2);
  server.served.checkpoint = ({ body }) => ({ body: `${body}\u2014 witness.test ${Buffer.alloc(76, 1).toString("base64")}\n` });
  assert.equal((await (await verifierOf(server)).refresh()).status, "holds");
});

test("keys that are none are not believed", async () => {
  const key = new NoteKey().text;
  const [name, id] = key.split("+");
  const small = Buffer.alloc(32); // of order 4
  const texts = ["", "x", `${name}+${id}+AAAA`, key.replace(id, "00000000"), keyTextOf(small), keyTextOf(Buffer.alloc(32, 255)), keyTextOf(new NoteKey().public, 2)];
  for (const text of texts) {
    const server = new RecordServer(2);
    server.served.key = () => ({ body: `${text}\n` });
    assert.deepEqual(await (await verifierOf(server)).refresh(), { status: "unchecked", reason: "no_proofs" }, text);
  }
});
/** A key's text with an id that is right. */
function keyTextOf(material, type = 1, name = "record.test") {
  const typed = Buffer.concat([Buffer.of(type), material]);
  const id = createHash("sha256").update(`${name}\n`).update(typed).digest().subarray(0, 4).toString("hex");
  return `${name}+${id}+${typed.toString("base64")}`;
}

test("an older server has no proofs; one that had them raises an alarm", async () => {
  const answers = [{ status: 404, body: {} }, { body: "<!doctype html>" }, { body: "" }, { body: "a\nb\nc\n\n" }];
  for (const answer of answers) {
    const server = new RecordServer(2);
    server.served.checkpoint = () => answer;
    assert.deepEqual(await (await verifierOf(server)).refresh(), { status: "unchecked", reason: "no_proofs" });
    delete server.served.checkpoint;
    const { store, before, record } = await knowing(server);
    server.served.checkpoint = () => answer;
    assert.equal((await record.refresh()).alarm, "proofs_gone");
    assert.equal(store.get(slot), before);
  }
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

test("a store that throws, or holds what is no head, is a first visit", async () => {
  const server = new RecordServer(3);
  const refuse = () => {
    throw new DOMException("no", "SecurityError");
  };
  const full = { ...mapLike(new Map()), set: () => Promise.reject(new DOMException("full", "QuotaExceededError")) };
  for (const store of [{ get: refuse, set: refuse, delete: refuse }, full]) {
    assert.deepEqual(await (await verifierOf(server, store)).refresh(), { status: "holds", size: 3, memory: "not_remembered" });
  }
  for (const text of ["", "{}", "[]", "null", '{"key":1,"checkpoint":"x"}', JSON.stringify({ key: "x", checkpoint: server.head() })]) {
    const store = new Map([[slot, text]]);
    assert.deepEqual(await (await verifierOf(server, store)).refresh(), { status: "holds", size: 3, memory: "first_use" });
    assert.notEqual(store.get(slot), text);
  }
});
const mapLike = (map) => ({ get: (name) => map.get(name), set: (name, text) => map.set(name, text), delete: (name) => map.delete(name) });

test("pages of one browser take turns; a page that may not, looks all the same", async (t) => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  t.after(() => (before === undefined ? delete globalThis.navigator : Object.defineProperty(globalThis, "navigator", before)));
  const navigate = (request) => Object.defineProperty(globalThis, "navigator", { value: { locks: { request } }, configurable: true });
  const server = new RecordServer(3);
  const store = new Map();
  const names = [];
  let turn = Promise.resolve();
  navigate((name, work) => {
    names.push(name);
    return (turn = turn.then(work));
  });
  const pages = await Promise.all([verifierOf(server, store), verifierOf(server, store)]);
  const states = pages.map((page) => page.refresh());
  server.append();
  assert.deepEqual((await Promise.all(states)).map(({ memory }) => memory), ["first_use", "continued"]);
  assert.deepEqual(names, [`hallpass.record:${slot}`, `hallpass.record:${slot}`]);
  navigate(() => Promise.reject(new DOMException("no origin", "SecurityError")));
  assert.equal((await (await verifierOf(server, store)).refresh()).memory, "continued");
});

test("without Ed25519 nothing is verified, and nobody is alarmed", async (t) => {
  const server = new RecordServer(3);
  const record = await verifierOf(server);
  t.mock.method(crypto.subtle, "importKey", () => Promise.reject(new DOMException("Unrecognized name", "NotSupportedError")));
  assert.deepEqual(await record.verify(server.shown(1)), { status: "unchecked", reason: "unsupported" });
});

test("who knows why the record is another one may forget the one before", async () => {
  const server = new RecordServer(8);
  const { store, record } = await knowing(server);
  server.key = new NoteKey();
  assert.equal((await record.refresh()).alarm, "key_changed");
  await record.forget();
  assert.equal(store.size, 0);
  assert.deepEqual(await record.verify(server.shown(1)), verified);
  assert.deepEqual(record.state, { status: "holds", size: 8, memory: "first_use" });
});
