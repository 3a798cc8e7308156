// Tokens that are remembered as texts alone, since many others were in use after them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVerifier } from "../../js/dist/edge.js";
import { audience, claims, issuer, jwks, makeKey, now, sign, statusListToken } from "./issuer.mjs";

const uri = "https://api.example.com/status/1";
const key = await makeKey("HS256");
const options = { issuer, audience, keys: jwks(key), now: () => now };
const numbered = (at) => sign(key, claims({ jti: `t${at}`, status: { status_list: { idx: at % 8, uri } } }));
const first = await numbered(0);
const others = await Promise.all(Array.from({ length: 1_200 }, (_, at) => numbered(at + 1)));

/** A verifier that met `first`, and so many other tokens that only its text is left. */
async function metLongAgo(more = {}) {
  const verify = await createVerifier({ ...options, ...more });
  for (const token of [first, ...others]) assert.equal((await verify(token)).ok, true);
  return verify;
}

/** Runs while no signature can be checked. */
function withoutSignatures(work) {
  const check = crypto.subtle.verify;
  crypto.subtle.verify = () => assert.fail("a signature was checked");
  try {
    return work();
  } finally {
    crypto.subtle.verify = check;
  }
}

test("their signatures need no check, all else is looked at", async () => {
  const verify = await metLongAgo();
  withoutSignatures(() => {
    assert.equal(verify.seen(first, { requiredScopes: ["cases:write"] }).error.code, "INSUFFICIENT_SCOPE");
    for (const token of [first, ...others]) {
      const { ok, session } = verify.seen(token);
      assert.equal(ok, true);
      assert.equal(session.subject, "user_12345");
    }
    assert.equal(verify.seen(first).session.tokenId, "t0");
  });
});

test("one that differs in a letter is not one of them", async () => {
  const verify = await metLongAgo();
  for (let at = 0; at < first.length; at += 7) {
    const other = `${first.slice(0, at)}${first[at] === "A" ? "B" : "A"}${first.slice(at + 1)}`;
    assert.equal(verify.seen(other), undefined);
    assert.equal((await verify(other)).ok, false);
  }
});

test("one that has expired says so, and is forgotten", async () => {
  const verify = await metLongAgo();
  assert.equal(verify.seen(first, { now: now + 1_800_000 }), undefined);
  assert.equal((await verify(first, { now: now + 1_800_000 })).error.code, "TOKEN_EXPIRED");
  assert.equal(verify.seen(first), undefined);
});

test("one whose session was ended meanwhile is refused", async () => {
  let time = now;
  let list = await statusListToken(key, uri, Array(8).fill(0));
  const fetch = async () => new Response(list);
  const verify = await metLongAgo({ now: () => time, fetch, revocation: { maxAgeSeconds: 2, maxStaleSeconds: 10 } });
  list = await statusListToken(key, uri, [1, 0, 0, 0, 0, 0, 0, 0], { iat: now / 1000 + 3 });
  time += 3_000;
  assert.equal((await verify(first)).error.code, "TOKEN_REVOKED");
  assert.equal(verify.seen(first).error.code, "TOKEN_REVOKED");
  assert.equal((await verify(others[0])).ok, true);
});

test("other keys make all of them new", async () => {
  let time = now;
  let keys = jwks(key, await makeKey("HS256", "next"));
  const verify = await metLongAgo({ keys: "https://keys.example/jwks", fetch: async () => Response.json(keys), now: () => time });
  keys = jwks(await makeKey("HS256", "last"));
  time += 301_000;
  assert.equal((await verify(first)).error.reason, "unknown_key");
  assert.equal((await verify(others[0])).error.reason, "unknown_key");
});

test("the one that was asked for last is forgotten as any other", async () => {
  const verify = await createVerifier(options);
  await verify(first);
  assert.equal(verify.seen(first).ok, true);
  assert.equal(verify.seen(first, { now: now + 1_800_000 }).error.code, "TOKEN_EXPIRED");
  assert.equal(verify.seen(first), undefined);
  await verify(first);
  const { session } = verify.seen(first);
  assert.equal(verify.seen(first).session, session);
  for (const token of others) await verify(token);
  const again = verify.seen(first).session;
  assert.notEqual(again, session, "its claims made way, and are read anew");
  assert.deepEqual(again, session);
});

test("who has no token is nobody, whatever was met and forgotten before", async () => {
  let time = now;
  const verify = await createVerifier({ ...options, now: () => time, cacheSize: 2 });
  const nobody = async (when) => {
    for (const none of [undefined, null, "", 0]) {
      assert.equal(verify.seen(none), undefined, `${when}: ${none}`);
      assert.equal((await verify(none)).error.code, "TOKEN_MALFORMED", `${when}: ${none}`);
    }
  };
  await nobody("nothing was met");
  await verify(first);
  assert.equal(verify.seen(first).ok, true);
  await nobody("one was met");
  time = now + 1_800_000;
  assert.equal(verify.seen(first).error.code, "TOKEN_EXPIRED");
  await nobody("it has run out");
  // The number that the core knew it by goes to another one, which is live.
  const later = await sign(key, claims({ jti: "later", sub: "somebody_else", exp: now / 1000 + 3600 }));
  assert.equal((await verify(later)).ok, true);
  await nobody("another one has its number");
  assert.equal(verify.seen(later).ok, true);
  for (const token of others.slice(0, 4)) await verify(token, { now });
  await nobody("others took the room");
});
