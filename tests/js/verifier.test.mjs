// createVerifier under Node, with real signatures.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createVerifier } from "../../js/dist/edge.js";
import { examples, keySets } from "../vectors/published.mjs";
import { internals } from "../wasm/internals.mjs";
import { audience, claims, issuer, jwks, makeKey, now, sign, statusListToken } from "./issuer.mjs";

const key = await makeKey("EdDSA");
const options = { issuer, audience, keys: jwks(key), now: () => now };
const token = await sign(key, claims());

test("the shared vectors, each signature checked for real", async (context) => {
  const file = JSON.parse(readFileSync(new URL("../vectors/tokens.json", import.meta.url)));
  for (const vector of file.vectors) {
    const { name, types, clockSkewSeconds, requiredScopes, expect } = vector;
    const verify = await createVerifier({ issuer: file.issuer, audience: file.audience, keys: file.keySets[vector.keys], types, clockSkewSeconds });
    for (const round of ["first", "again"]) {
      const result = await verify(vector.token, { now: vector.now, requiredScopes });
      const got = result.ok ? { ok: true } : result.error;
      for (const [member, value] of Object.entries(expect)) {
        assert.equal(member === "ok" ? result.ok : got[member], value, `${name}, ${round}: ${JSON.stringify(got)}`);
      }
    }
  }
  context.diagnostic(`${file.vectors.length} tokens`);
});

test("the signature that RFC 8037 A.4 prints holds, though what it signs is no token of ours", async () => {
  const [header, payload, signature] = examples["RFC 8037 A.4"].split(".");
  const [{ x }] = keySets["RFC 8037 A.4"].keys;
  const holds = internals.signatureCheck([{ algorithm: "EdDSA", material: Buffer.from(x, "base64url") }]);
  const bytes = Buffer.from(signature, "base64url");
  assert.equal(await holds(0, bytes, Buffer.from(`${header}.${payload}`)), true);
  assert.equal(await holds(0, bytes, Buffer.from(`${header}.${payload}x`)), false);
  assert.equal(await holds(1, bytes, Buffer.from(`${header}.${payload}`)), false, "no such key");
});

test("a session says who acts for whom", async () => {
  const verify = await createVerifier(options);
  const { ok, session } = await verify(token);
  assert.equal(ok, true);
  assert.deepEqual(session, {
    id: "session_abc123",
    subject: "user_12345",
    actor: "admin_789",
    tenant: "firm_abc",
    tenantClaim: "lawFirmId",
    scopes: ["cases:read", "documents:read"],
    tokenId: "token-1",
    grantId: "gr_1",
    expiresAt: now + 1_800_000,
    status: null,
  });
  assert.throws(() => (session.subject = "x"), TypeError);
});

test("seen tokens are checked again each time: time and scopes", async () => {
  const verify = await createVerifier(options);
  assert.equal(verify.seen(token), undefined);
  assert.equal((await verify(token)).ok, true);
  assert.equal(verify.seen(token).ok, true);
  assert.equal(verify.seen(token, { requiredScopes: ["cases:read"] }).ok, true);
  assert.equal(verify.seen(token, { requiredScopes: ["cases:write"] }).error.code, "INSUFFICIENT_SCOPE");
  assert.equal(verify.seen(token, { now: now - 1 }).error.code, "TOKEN_NOT_YET_VALID");
  assert.equal(verify.seen(token, { now: now + 1_800_000 }).error.code, "TOKEN_EXPIRED");
  assert.equal((await verify(token, { now: now + 1_800_000 })).error.code, "TOKEN_EXPIRED");
});

test("a token that differs in one letter was not seen", async () => {
  const verify = await createVerifier(options);
  await verify(token);
  for (let at = 0; at < token.length; at += 7) {
    const other = `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
    assert.equal((await verify(other)).ok, false);
  }
});

test("the cache is bounded, and works beyond its bound", async () => {
  const verify = await createVerifier({ ...options, cacheSize: 4 });
  const many = await Promise.all(Array.from({ length: 12 }, (_, at) => sign(key, claims({ jti: `t${at}` }))));
  for (const each of [...many, ...many]) assert.equal((await verify(each)).ok, true);
  assert.ok(many.filter((each) => verify.seen(each) !== undefined).length <= 4);
  const none = await createVerifier({ ...options, cacheSize: 0 });
  await none(token);
  assert.equal(none.seen(token), undefined);
});

test("nothing throws on bad input, whatever its type", async () => {
  const verify = await createVerifier(options);
  const odd = [undefined, null, true, 0, NaN, "", "x", "\ud800", 10n, Symbol("x"), {}, [], () => {}, "x".repeat(1_000_000)];
  for (const value of odd) {
    const { ok, error } = await verify(value);
    assert.equal(ok, false);
    assert.equal(error.code, "TOKEN_MALFORMED");
    if (value !== undefined) {
      assert.equal((await verify(token, value)).ok, typeof value === "object" && value !== null ? true : typeof value === "undefined");
      if (typeof value !== "number" || Number.isNaN(value)) assert.equal((await verify(token, { now: value })).ok, false);
    }
    if (!["", undefined, null].includes(value) && !(Array.isArray(value) && value.length === 0)) {
      assert.equal((await verify(token, { requiredScopes: value })).ok, false, `scopes ${String(value).slice(0, 20)}`);
    }
  }
});

test("options that cannot be used are refused at set-up", async () => {
  const small = { kty: "oct", k: Buffer.alloc(31).toString("base64url"), alg: "HS256" };
  const broken = [
    {},
    { ...options, issuer: "" },
    { ...options, audience: undefined },
    { ...options, clockSkewSeconds: 61 },
    { ...options, clockSkewSeconds: "1" },
    { ...options, types: [] },
    { ...options, keys: "ftp://x" },
    { ...options, keys: { keys: [small] } },
    { ...options, keys: { keys: [{ ...key.jwk, x: Buffer.alloc(32).toString("base64url") }] } },
    { ...options, keys: { keys: [key.jwk, key.jwk] } },
    { ...options, keys: { keys: [{ ...key.jwk, d: "AAAA" }] } },
  ];
  for (const each of broken) {
    await assert.rejects(createVerifier(each), { name: "HallpassConfigurationError" }, JSON.stringify(each).slice(0, 200));
  }
});

test("keys at a URL: fetched when needed, shared, failing closed", async () => {
  let time = now;
  let calls = 0;
  let answer = () => Response.json(jwks(key));
  const fetch = async () => {
    calls++;
    return answer();
  };
  const verify = await createVerifier({ ...options, keys: "https://keys.example/jwks", fetch, now: () => time });
  assert.equal(calls, 0);
  const results = await Promise.all(Array.from({ length: 20 }, () => verify(token, { now })));
  assert.ok(results.every(({ ok }) => ok));
  assert.equal(calls, 1, "single flight");

  time += 301_000;
  answer = () => new Response("", { status: 500 });
  assert.equal((await verify(token, { now })).ok, true, "keys of five minutes ago still do");
  time += 3_600_000;
  for (const failing of [answer, () => Promise.reject(new Error("away")), () => new Response("{"), () => new Response("x".repeat(300_000))]) {
    answer = failing;
    time += 2_000;
    assert.equal((await verify(token, { now })).error.code, "KEYS_UNAVAILABLE");
    assert.equal(verify.seen(token, { now }), undefined);
  }
  const before = calls;
  await verify(token, { now });
  assert.equal(calls, before, "asking has just failed");
  time += 1_000;
  answer = () => Response.json(jwks(key));
  assert.equal((await verify(token, { now })).ok, true);
});

test("a key that is withdrawn takes its tokens along, seen or not", async () => {
  let time = now;
  const next = await makeKey("EdDSA", "next");
  let keys = jwks(key, next);
  const verify = await createVerifier({ ...options, keys: "https://keys.example/jwks", fetch: async () => Response.json(keys), now: () => time });
  assert.equal((await verify(token, { now })).ok, true);
  keys = jwks(next);
  time += 301_000;
  assert.equal((await verify(token, { now })).error.reason, "unknown_key");
});

test("the status list is fetched, kept as long as told, and asked for again", async () => {
  let time = now;
  let calls = 0;
  const uri = "https://api.example.com/status/1";
  const lists = [await statusListToken(key, uri, [0, 0, 0, 0]), await statusListToken(key, uri, [0, 0, 1, 0], { iat: now / 1000 + 1 })];
  let list = lists[0];
  const fetch = async () => {
    calls++;
    return new Response(list);
  };
  const verify = await createVerifier({ ...options, now: () => time, fetch, revocation: { maxAgeSeconds: 2, maxStaleSeconds: 10 } });
  const session = await sign(key, claims({ status: { status_list: { idx: 2, uri } } }));
  assert.equal((await verify(session, { now })).ok, true);
  assert.equal(verify.seen(session, { now }).ok, true);
  assert.equal(calls, 1);
  list = lists[1];
  time += 2_000;
  assert.equal((await verify(session, { now })).ok, true, "as old as allowed");
  time += 1;
  assert.equal(verify.seen(session, { now }), undefined);
  assert.equal((await verify(session, { now })).error.code, "TOKEN_REVOKED");
  assert.equal(calls, 2);
  list = "";
  time += 9_000;
  assert.equal((await verify(session, { now })).error.code, "TOKEN_REVOKED");
  time += 1_001;
  assert.equal((await verify(session, { now })).error.code, "REVOCATION_UNAVAILABLE");
});

test("tokens whose check nobody finishes make way, and never stand in for another", async () => {
  const module = await internals.loadModule();
  const tokens = new internals.TokenCalls(module.exports, module.memory, module.scopes);
  const verifier = tokens.newVerifier(issuer, audience, ["at+jwt"], 0);
  const { handle } = tokens.newKeys(JSON.stringify(jwks(key)));
  const left = tokens.parse(verifier, handle, token);
  for (let at = 0; at < 5000; at++) assert.ok("token" in tokens.parse(verifier, handle, token));
  const other = tokens.parse(verifier, handle, await sign(key, claims({ sub: "somebody_else" })));
  assert.equal(tokens.accept(left, handle, verifier, true, now).error.code, "SERVICE_UNAVAILABLE");
  assert.equal(tokens.accept(other, handle, verifier, true, now).session.subject, "somebody_else");
  assert.equal(tokens.accept(other, handle, verifier, true, now).ok, false, "consumed");
});

test("what is to be checked stays as it is while the check takes its time", async () => {
  const module = await internals.loadModule();
  const tokens = new internals.TokenCalls(module.exports, module.memory, module.scopes);
  const verifier = tokens.newVerifier(issuer, audience, ["at+jwt"], 0);
  const { handle } = tokens.newKeys(JSON.stringify(jwks(key)));
  const made = await Promise.all(["a", "b".repeat(100), "c", "d"].map((sub) => sign(key, claims({ sub }))));
  const long = await sign(key, claims({ note: "n".repeat(9_000) }));
  const checks = (pending, text) => {
    const [header, payload, signature] = text.split(".");
    assert.equal(Buffer.from(pending.signingInput).toString(), `${header}.${payload}`);
    assert.equal(Buffer.from(pending.signature).toString("base64url"), signature);
  };
  const done = ({ session }) => session.subject;
  const first = tokens.parse(verifier, handle, made[0]);
  const second = tokens.parse(verifier, handle, made[1]);
  assert.equal(done(tokens.accept(second, handle, verifier, true, now)), "b".repeat(100));
  const third = tokens.parse(verifier, handle, long);
  const fourth = tokens.parse(verifier, handle, made[2]);
  checks(first, made[0]);
  checks(third, long);
  checks(fourth, made[2]);
  for (const pending of [third, first]) assert.ok("session" in tokens.accept(pending, handle, verifier, true, now));
  const fifth = tokens.parse(verifier, handle, made[3]);
  assert.equal(tokens.accept(first, handle, verifier, true, now).ok, false, "consumed, and its room is another's");
  tokens.parse(verifier, handle, made[0]);
  checks(fourth, made[2]);
  checks(fifth, made[3]);
});

test("a list is read from any kind of stream, and no more of it than is allowed", async () => {
  const uri = "https://api.example.com/status/1";
  const session = await sign(key, claims({ status: { status_list: { idx: 199_999, uri } } }));
  const bits = Array.from({ length: 200_000 }, () => (Math.random() < 0.5 ? 1 : 0));
  bits[199_999] = 0;
  const list = new TextEncoder().encode(await statusListToken(key, uri, bits));
  const inPieces = (type, size, end = list.length) => {
    let at = 0;
    const cancelled = { at: undefined };
    const pull = (out) => {
      if (at >= end) {
        out.close();
        return out.byobRequest?.respond(0);
      }
      const piece = list.slice(at % list.length, (at % list.length) + size); // round and round where `end` is far
      at += piece.length;
      out.enqueue(piece);
    };
    return { stream: new ReadableStream({ type, pull, cancel: () => { cancelled.at = at; } }), cancelled };
  };
  const answer = async (stream) => {
    const verify = await createVerifier({ ...options, fetch: async () => new Response(stream), revocation: {} });
    const result = await verify(session);
    return result.ok ? "live" : result.error.code;
  };
  for (const type of [undefined, "bytes"]) {
    for (const size of [1_000, 70_000, list.length]) assert.equal(await answer(inPieces(type, size).stream), "live", `${type} ${size}`);
    const { stream, cancelled } = inPieces(type, 70_000, 100 * 1024 * 1024);
    assert.equal(await answer(stream), "REVOCATION_UNAVAILABLE");
    assert.ok(cancelled.at < 10 * 1024 * 1024, `stopped at ${cancelled.at}`);
  }
});
