// verifyReceipt under Node, with real signatures: what passes, and what must not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyReceipt } from "../../js/dist/index.js";

const type = "consent-receipt+jwt";
const encoded = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
const jwk = { ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), kid: "r1", use: "sig", alg: "EdDSA" };
delete jwk.key_ops;
delete jwk.ext;
const keys = { keys: [jwk] };

async function signed(header, payload) {
  const input = `${encoded(header)}.${encoded(payload)}`;
  const signature = await crypto.subtle.sign("Ed25519", pair.privateKey, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}
const header = { alg: "EdDSA", kid: "r1", typ: type };
const claims = { iss: "https://api.example.com", jti: "rc_1", iat: 1, "dct:description": "Tot wanneer? “Vandaag” 👋" };

test("a receipt holds as often as it is asked for, with every letter of its wording", async () => {
  const receipt = await signed(header, claims);
  // More often than the core has room for, were anything left behind.
  for (let round = 0; round < 200; round++) {
    const result = await verifyReceipt(round % 2 === 0 ? receipt : `${receipt}\n`, keys);
    assert.deepEqual(result, { ok: true, receipt: claims });
  }
});

test("another type, key, algorithm or spelling is refused", async () => {
  for (const typ of ["at+jwt", "JWT", "secevent+jwt", "statuslist+jwt", "", undefined]) {
    const { ok, error } = await verifyReceipt(await signed({ ...header, typ }, claims), keys);
    assert.equal(ok, false, typ);
    assert.equal(error.code, "TOKEN_CLAIM_INVALID");
  }
  const receipt = await signed(header, claims);
  const [head, payload, signature] = receipt.split(".");
  const refused = [
    `${head}.${encoded({ ...claims, jti: "rc_2" })}.${signature}`, `${encoded({ ...header, alg: "none" })}.${payload}.`, receipt.slice(0, -2), "", "a.b.c",
    await signed({ ...header, crit: ["exp"] }, claims), await signed({ ...header, kid: "r2" }, claims), await signed(header, '{"iss":"a","iss":"b"}'),
  ];
  for (const each of refused) assert.equal((await verifyReceipt(each, keys)).ok, false, each.slice(-20));
});

test("a shared secret makes no receipt", async () => {
  const secret = Buffer.alloc(32, 7);
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const input = `${encoded({ ...header, alg: "HS256" })}.${encoded(claims)}`;
  const receipt = `${input}.${Buffer.from(await crypto.subtle.sign("HMAC", key, Buffer.from(input))).toString("base64url")}`;
  const shared = { keys: [{ kty: "oct", k: secret.toString("base64url"), kid: "r1", alg: "HS256" }] };
  assert.equal((await verifyReceipt(receipt, shared)).ok, false);
  await assert.rejects(verifyReceipt(receipt, { keys: [{ ...jwk, x: "short" }] }), { name: "HallpassConfigurationError" });
});
