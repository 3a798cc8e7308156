// Consent receipts over real HTTP, on SQLite and, where a cluster is at hand, on PostgreSQL: what they say, who gets them, that
// they hold offline and for good, and that no other token passes for one.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync, sign, verify, createPublicKey } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { hallpassd, HallpassServer } from "./hallpass_server.mjs";

const grants = "/api/v1/support-access/grants";
const receipts = "/api/v1/me/receipts";
const type = "consent-receipt+jwt";
const reason = "The parcel does not show on the map";
let server;

before(async () => {
  server = await HallpassServer.start([
    { type: "tenant", id: "de-akker", name: "De Akker" },
    { type: "user", id: "piet", name: "Piet de Boer", email: "piet@example.nl", timeZone: "Europe/Amsterdam", locale: "nl-NL" },
    { type: "user", id: "els", name: "Els", email: "els@example.nl" },
    { type: "user", id: "jan", name: "Jan", email: "jan@example.nl", roles: ["helpdeskAgent"], allTenants: true },
    { type: "user", id: "ada", name: "Ada", email: "ada@example.nl", roles: ["helpdeskAdmin"], allTenants: true },
    ...["piet", "els"].map((userId) => ({ type: "membership", tenantId: "de-akker", userId, scopes: ["parcels:read", "parcels:update"] })),
  ]);
});
after(() => server?.stop());

const part = (jws, at) => JSON.parse(Buffer.from(jws.split(".")[at], "base64url").toString());
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function asked(ticketId, userId = "piet") {
  const { body } = await server.ask("jan", "POST", grants, { tenantId: "de-akker", targetUserId: userId, ticketId, reason, scopes: ["parcels:read", "parcels:update"] });
  return JSON.parse(body).id;
}
async function changed(id, name, body, by = "piet") {
  const answer = await server.ask(by, "POST", `${grants}/${id}/${name}`, body);
  assert.equal(answer.status, 200, answer.body);
  return JSON.parse(answer.body);
}
async function newest(grantId, by = "piet") {
  const list = JSON.parse((await server.ask(by, "GET", `${receipts}?grantId=${grantId}`)).body);
  return { ...list.items[0], count: list.items.length, jws: (await server.ask(by, "GET", `${receipts}/${list.items[0].id}`)).body };
}
const keySet = async () => JSON.parse((await server.ask(null, "GET", "/.well-known/receipt-keys.json")).body);

/** `hallpassd audit verify-receipt` on these texts. */
function checked(jws, keys) {
  const [receipt, jwks] = [join(server.folder, "receipt.jwt"), join(server.folder, "receipt-keys.json")];
  writeFileSync(receipt, `${jws}\n`);
  writeFileSync(jwks, JSON.stringify(keys));
  const { status, stdout, stderr } = spawnSync(hallpassd, ["audit", "verify-receipt", receipt, "--keys", jwks], { encoding: "utf8" });
  return { status, text: stdout + stderr };
}

test("giving, amending and withdrawing consent each give a receipt that says what was shown and decided", async () => {
  const id = await asked("T-1");
  const shown = { text: "Supportmedewerker Jan wil meekijken.\nTot wanneer? “Vandaag” \u001b[31m", locale: "nl-NL" };
  const given = await changed(id, "grant", { preset: "one_week", scopes: ["parcels:read"], shown });
  const first = await newest(id);
  assert.equal(first.event, "access_granted");
  assert.deepEqual(part(first.jws, 0), { alg: "EdDSA", kid: first.keyId, typ: type });
  const claims = part(first.jws, 1);
  assert.equal(claims.iss, server.base);
  for (const claim of ["sub", "aud", "exp", "act", "act_as", "sid", "scope"]) assert.ok(!(claim in claims), claim);
  const record = claims["dpv:hasRecordOfActivity"];
  assert.equal(record["dct:identifier"], id);
  assert.deepEqual(record["dpv:hasDataSubject"], { "@id": "piet", "schema:name": "Piet de Boer" });
  assert.deepEqual(record["dpv:hasDataController"], { "@id": "de-akker", "schema:name": "De Akker" });
  assert.deepEqual(record["dpv:hasProcess"]["dpv:hasRecipient"], { "@id": "jan", "schema:name": "Jan" });
  assert.deepEqual(record["dpv:hasProcess"]["hallpass:scopes"], ["parcels:read"]);
  assert.equal(record["dpv:hasProcess"]["hallpass:ticket"], "T-1");
  assert.equal(record["dpv:hasProcess"]["dct:description"], reason);
  assert.deepEqual(record["dpv:hasNotice"], {
    "@type": "dpv:ConsentNotice", "dct:language": "nl-NL", "dct:description": shown.text, "hallpass:reportedBy": "client",
  });
  const status = record["dpv:hasConsentStatus"];
  assert.equal(status["@type"], "dpv:ConsentGiven");
  assert.deepEqual(status["dpv:isIndicatedBy"], { "@id": "piet", "schema:roleName": "subject" });
  assert.equal(status["dpv:hasDuration"]["schema:endTime"], given.grantedUntil);

  await changed(id, "amend", { preset: "end_of_today" });
  const second = await newest(id);
  assert.equal(part(second.jws, 1)["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"]["@type"], "dpv:RenewedConsentGiven");
  assert.equal(part(second.jws, 1)["dpv:hasRecordOfActivity"]["dpv:hasNotice"]["dct:description"], null, "nobody said what was shown");
  assert.equal(part(second.jws, 1)["dct:replaces"], first.id);

  await changed(id, "revoke", { shown: { text: "U heeft Jan toegang verleend. [Toegang intrekken]", locale: "nl" } });
  const third = await newest(id);
  assert.equal(third.count, 3);
  const over = part(third.jws, 1)["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"];
  assert.equal(over["@type"], "dpv:ConsentWithdrawn");
  assert.ok(!("dpv:hasDuration" in over));

  const keys = await keySet();
  for (const { jws } of [first, second, third]) {
    const { status: code, text } = checked(jws, keys);
    assert.equal(code, 0, text);
    assert.ok(!text.includes("\u001b"), "what others wrote does not steer the terminal");
  }
});

test("who else ends a consent leaves the user a receipt, and cannot say what the user read", async () => {
  for (const [by, role] of [["jan", "agent"], ["ada", "admin"]]) {
    const id = await asked(`T-ended-by-${by}`);
    await changed(id, "grant", {});
    const lie = await server.ask(by, "POST", `${grants}/${id}/revoke`, { shown: { text: "I agree to everything", locale: "en" } });
    assert.equal(lie.status, 400, lie.body);
    await changed(id, "revoke", {}, by);
    const status = part((await newest(id)).jws, 1)["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"];
    assert.equal(status["@type"], "dpv:ConsentRevoked");
    assert.deepEqual(status["dpv:isIndicatedBy"], { "@id": by, "schema:roleName": role });
  }
});

test("standing access has a receipt; a request that was never granted has none", async () => {
  const answer = await server.ask("els", "POST", `${grants}/standing`, { tenantId: "de-akker", shown: { text: "Any agent", locale: "en" } });
  assert.equal(answer.status, 201, answer.body);
  const receipt = await newest(JSON.parse(answer.body).id, "els");
  assert.equal(part(receipt.jws, 1)["dpv:hasRecordOfActivity"]["dpv:hasProcess"]["dpv:hasRecipient"], "urn:hallpass:any-agent");
  const id = await asked("T-withdrawn");
  await changed(id, "withdraw", {}, "jan");
  assert.deepEqual(JSON.parse((await server.ask("piet", "GET", `${receipts}?grantId=${id}`)).body).items, []);
});

test("a receipt is its user's alone", async () => {
  const id = await asked("T-mine");
  await changed(id, "grant", {});
  const mine = await newest(id);
  const nothing = await server.ask("els", "GET", `${receipts}/nothing`);
  for (const other of ["els", "jan", "ada"]) {
    const answer = await server.ask(other, "GET", `${receipts}/${mine.id}`);
    assert.equal(answer.status, 404);
    assert.equal(answer.body, nothing.body, "the same as for one that is not there");
    const list = await server.ask(other, "GET", `${receipts}?grantId=${id}`);
    assert.deepEqual(JSON.parse(list.body).items, []);
  }
  assert.equal((await server.ask(null, "GET", `${receipts}/${mine.id}`)).status, 401);
  const page = await server.ask("piet", "GET", `${receipts}?limit=1`);
  const next = await server.ask("piet", "GET", `${receipts}?limit=1&cursor=${JSON.parse(page.body).nextCursor}`);
  assert.notEqual(JSON.parse(next.body).items[0].id, JSON.parse(page.body).items[0].id);
});

test("a wording that is too long, or no wording at all, is refused and changes nothing", async () => {
  const id = await asked("T-bounds");
  const refused = [
    { text: "", locale: "nl" }, { text: "x".repeat(4_001), locale: "nl" }, { text: "x" }, { text: "x", locale: "n l" },
    { text: "x", locale: "nl", more: 1 }, "text", { text: "\u0001".repeat(4_000), locale: "nl" },
  ];
  for (const shown of refused) {
    const answer = await server.ask("piet", "POST", `${grants}/${id}/grant`, { shown });
    assert.equal(answer.status, 400, JSON.stringify(shown).slice(0, 60));
    assert.match(JSON.parse(answer.body).field, /^shown/);
  }
  assert.equal(JSON.parse((await server.ask("piet", "GET", `${grants}/${id}`)).body).status, "pending");
  await changed(id, "grant", { shown: { text: "ij".repeat(2_000), locale: "nl" } });
  assert.equal(checked((await newest(id)).jws, await keySet()).status, 0);
});

test("an act-as token is no receipt, a receipt no act-as token, and each has keys of its own", async () => {
  const id = await asked("T-types");
  await changed(id, "grant", {});
  const { jws } = await newest(id);
  const started = await server.ask("jan", "POST", "/api/v1/support-access/support-sessions", { tenantId: "de-akker", targetUserId: "piet", ticketId: "T-types", reason });
  const token = JSON.parse(started.body).delegatedToken;
  const tokenKeys = JSON.parse((await server.ask(null, "GET", "/.well-known/jwks.json")).body);
  const keys = await keySet();
  const ids = (set) => set.keys.map(({ kid }) => kid);
  assert.ok(ids(keys).every((kid) => !ids(tokenKeys).includes(kid)));

  // Even a verifier that was given both kinds of key.
  const both = { keys: [...keys.keys, ...tokenKeys.keys] };
  assert.equal(checked(jws, both).status, 0);
  assert.match(checked(token, both).text, /DOES NOT HOLD: TOKEN_CLAIM_INVALID/);
  assert.match(checked(token, keys).text, /DOES NOT HOLD: TOKEN_SIGNATURE_INVALID/);
  const judged = JSON.parse((await server.ask("jan", "POST", "/api/v1/support-access/validate-token", { token: jws })).body);
  assert.equal(judged.is_valid, false);
  for (const path of ["/api/v1/me", "/api/v1/support-access/support-sessions/active"]) {
    assert.equal((await server.ask({ bearer: jws }, "GET", path)).status, 401);
  }
});

test("a receipt with any other byte, header or key does not hold", async () => {
  const id = await asked("T-forged");
  await changed(id, "grant", {});
  const { jws, keyId } = await newest(id);
  const keys = await keySet();
  const [header, payload, signature] = jws.split(".");
  const flipped = (text, at) => text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
  for (let at = 0; at < payload.length; at += 97) {
    assert.equal(checked(`${header}.${flipped(payload, at)}.${signature}`, keys).status, 2);
  }
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const signedBy = (head, body) => `${head}.${body}.${sign(null, Buffer.from(`${head}.${body}`), privateKey).toString("base64url")}`;
  assert.equal(checked(signedBy(header, payload), keys).status, 2, "another key under the same name");
  const own = { ...publicKey.export({ format: "jwk" }), kid: keyId, alg: "EdDSA" };
  assert.equal(checked(signedBy(header, payload), { keys: [own] }).status, 0, "the test can sign");
  for (const typ of ["at+jwt", "JWT", "secevent+jwt", "statuslist+jwt", undefined]) {
    const other = encoded({ alg: "EdDSA", kid: keyId, ...(typ === undefined ? {} : { typ }) });
    assert.equal(checked(signedBy(other, payload), { keys: [own] }).status, 2, typ);
  }
  assert.equal(checked(`${encoded({ alg: "none", kid: keyId, typ: type })}.${payload}.`, keys).status, 2);
  assert.equal(spawnSync(hallpassd, ["audit", "verify-receipt", "/nonexistent", "--keys", "/nonexistent"]).status, 1);
});

test("the record holds the receipt's hash, and its keys are fetched from the server", async () => {
  const id = await asked("T-hash");
  await changed(id, "grant", {});
  const receipt = await newest(id);
  const activity = JSON.parse((await server.ask("piet", "GET", "/api/v1/tickets/T-hash/activity")).body);
  const { metadata } = activity.items.find(({ event }) => event === "access_granted");
  assert.equal(metadata.receiptId, receipt.id);
  assert.equal(metadata.receiptSha256, Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(receipt.jws))).toString("base64url"));
  const file = join(server.folder, "by-url.jwt");
  writeFileSync(file, receipt.jws);
  const { status, stdout } = spawnSync(hallpassd, ["audit", "verify-receipt", file, "--keys", `${server.base}/.well-known/receipt-keys.json`], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

test("keys that were replaced stay published, and so do those of a key file that was lost", async () => {
  const id = await asked("T-years");
  await changed(id, "grant", {});
  const before = await newest(id);
  const rotated = spawnSync(hallpassd, ["keys", "rotate", "--receipts", "--key-file", server.keyFile], { encoding: "utf8" });
  assert.equal(rotated.status, 0, rotated.stderr);
  await server.restart();
  await changed(id, "amend", { preset: "one_week" });
  const between = await newest(id);
  assert.equal(between.keyId, rotated.stdout.trim());
  rmSync(server.keyFile);
  await server.restart();
  await changed(id, "amend", { preset: "end_of_tomorrow" });
  const last = await newest(id);
  const keys = await keySet();
  assert.equal(new Set([before.keyId, between.keyId, last.keyId]).size, 3);
  for (const { jws, keyId } of [before, between, last]) {
    assert.equal(checked(jws, keys).status, 0);
    // Not by the server's own word: by another implementation.
    const jwk = keys.keys.find(({ kid }) => kid === keyId);
    const [header, payload, signature] = jws.split(".");
    assert.ok(verify(null, Buffer.from(`${header}.${payload}`), createPublicKey({ key: jwk, format: "jwk" }), Buffer.from(signature, "base64url")));
  }
});
