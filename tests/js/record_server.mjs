// A server's record as docs/protocol.md has it, in memory: leaves with commitments, a real tree, signed heads, proofs. What a test
// changes in it (`served`), the server says; it is as honest as it is left.
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { consistency, inclusion, leafHash, root } from "../vectors/merkle_reference.mjs";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const typed = (key) => Buffer.concat([Buffer.of(1), key]);

/** A signing key for heads, named as the record is. */
export class NoteKey {
  constructor(name = "record.test") {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    this.name = name;
    this.private = privateKey;
    this.public = Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url");
    this.id = sha256(Buffer.concat([Buffer.from(`${name}\n`), typed(this.public)])).subarray(0, 4);
    this.text = `${name}+${this.id.toString("hex")}+${typed(this.public).toString("base64")}`;
  }
  sign(text) {
    const signature = sign(null, Buffer.from(text), this.private);
    return `${text}\n\u2014 ${this.name} ${Buffer.concat([this.id, signature]).toString("base64")}\n`;
  }
}

const present = (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));

/** An entry as it is shown to the user whom it concerns, and what the record holds of it. */
function recorded(entry, sequence) {
  const shown = {
    sequence, at: new Date(1_795_176_000_000 + sequence * 1_001).toISOString(), event: "resource_read", actorId: "jan", actorName: "Jan",
    subjectId: "piet", subjectName: "Piet de Boer", agentId: "jan", tenantId: "de-akker", ticketId: "T-1", grantId: "g-1", sessionId: "s-1",
    method: "GET", resourceType: "parcel", resourceId: `p-${sequence}`, outcome: "success",
    metadata: { path: `/app/parcels/${sequence}`, status: 200, note: 'Zoë said\b\f\r\t\n"\\" \u2028👋' }, ...entry,
  };
  const salt = () => randomBytes(16).toString("base64url");
  const parts = {
    people: JSON.stringify(present({ salt: salt(), actorId: shown.actorId, subjectId: shown.subjectId, agentId: shown.agentId })),
    origin: JSON.stringify({ salt: salt(), ip: "192.0.2.7", userAgent: "Test" }),
    details: JSON.stringify({ ...present({ salt: salt(), resourceId: shown.resourceId }), metadata: JSON.stringify(shown.metadata) }),
  };
  const leaf = (changes = {}) => canonical({
    ...present({
      sequence, atUnixMs: Date.parse(shown.at), event: shown.event, tenantId: shown.tenantId, ticketId: shown.ticketId, grantId: shown.grantId,
      sessionId: shown.sessionId, method: shown.method, resourceType: shown.resourceType, outcome: shown.outcome, durationMs: shown.durationMs,
    }),
    ...Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, sha256(canonical(JSON.parse(text))).toString("base64url")])),
    ...changes,
  });
  return { shown, parts: Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, canonical(JSON.parse(text))])), leaf };
}

/** As the core's writer spells JSON. */
export const canonical = (value) =>
  JSON.stringify(value).replace(/\\(.)/g, (escape, letter) => ({ b: "\\u0008", t: "\\u0009", f: "\\u000c", r: "\\u000d" })[letter] ?? escape);

export class RecordServer {
  key = new NoteKey();
  entries = [];
  asked = [];
  /** By path without its query: `(answer, url) => answer`, where a test wants another one. */
  served = {};
  baseUrl = "https://api.example.com";

  constructor(count = 0) {
    for (let at = 0; at < count; at++) this.append();
  }

  append(entry = {}) {
    this.entries.push(recorded(entry, this.entries.length + 1));
    return this.entries.at(-1);
  }
  shown(sequence) {
    return structuredClone(this.entries[sequence - 1].shown);
  }
  leaves(size = this.entries.length) {
    return this.entries.slice(0, size).map(({ leaf }) => leafHash(Buffer.from(leaf())));
  }
  head(key = this.key) {
    return key.sign(`${key.name}\n${this.entries.length}\n${root(this.leaves()).toString("base64")}\n`);
  }

  /** What `createRecordVerifier` takes for a client. */
  get client() {
    return { transport: this };
  }

  async send(path) {
    const url = new URL(path, this.baseUrl);
    this.asked.push(path);
    const answer = this.#answer(url);
    const change = this.served[url.pathname.replace(/^\/api\/v1\/audit\//, "").replace(/\/\d+$/, "")];
    const { status = 200, headers = {}, body } = change === undefined ? answer : await change(answer, url);
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
  }

  #answer({ pathname, searchParams }) {
    const number = (name) => Number(searchParams.get(name));
    const base64 = (hashes) => hashes.map((hash) => hash.toString("base64"));
    if (pathname.endsWith("/audit/checkpoint")) return { body: this.head() };
    if (pathname.endsWith("/audit/key")) return { body: `${this.key.text}\n` };
    if (pathname.endsWith("/consistency")) {
      return { body: { from: number("from"), to: number("to"), hashes: base64(consistency(number("from"), this.leaves(number("to")))) } };
    }
    const sequence = Number(pathname.split("/").at(-1));
    const entry = this.entries[sequence - 1];
    if (entry === undefined) return { status: 404, body: { error: "NOT_FOUND" } };
    const { people, details } = entry.parts;
    const hashes = base64(inclusion(sequence - 1, this.leaves(number("size"))));
    return { body: { sequence, size: number("size"), leaf: entry.leaf(), parts: { people, details }, hashes } };
  }
}
