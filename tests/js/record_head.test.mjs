// createRecordVerifier under Node: the record's head, the key that signs it, and what is remembered of both.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { NoteKey, RecordServer } from "./record_server.mjs";
import { knowing, slot, verified, verifierOf } from "./record_verifier.mjs";

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
