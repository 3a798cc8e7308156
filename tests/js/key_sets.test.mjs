// Keys at a URL: what is said while they cannot be had, how long they are kept, and sets that are partly broken.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createVerifier } from "../../js/dist/edge.js";
import { internals } from "../wasm/internals.mjs";
import { audience, claims, issuer, jwks, makeKey, now, sign } from "./issuer.mjs";

const [first, second, third] = await Promise.all(["first", "second", "third"].map((kid) => makeKey("EdDSA", kid)));
const [ofFirst, ofSecond] = await Promise.all([first, second].map((key) => sign(key, claims())));

/** A verifier whose keys and clock the test sets. */
async function stage(options = {}) {
  const scene = { time: now, set: jwks(first), away: false, calls: 0, gate: undefined };
  const fetch = async () => {
    scene.calls++;
    const { away, set } = scene;
    await scene.gate;
    if (away) throw new TypeError("away");
    return typeof set === "string" ? new Response(set) : Response.json(set);
  };
  const verify = await createVerifier({ issuer, audience, keys: "https://keys.example/jwks", fetch, now: () => scene.time, ...options });
  scene.verify = verify;
  scene.check = async (token) => {
    const result = await verify(token, { now });
    return result.ok ? "ok" : result.error.code;
  };
  return scene;
}

test("an unknown kid while the keys cannot be had is nobody's fault; asked again after a second, not half a minute", async () => {
  const scene = await stage();
  assert.equal(await scene.check(ofFirst), "ok");
  scene.time += 30_000;
  scene.set = jwks(first, second);
  scene.away = true;
  assert.equal(await scene.check(ofSecond), "KEYS_UNAVAILABLE");
  assert.equal(scene.calls, 2);
  scene.time += 999;
  scene.away = false;
  assert.equal(await scene.check(ofSecond), "KEYS_UNAVAILABLE", "asking has just failed");
  assert.equal(scene.calls, 2);
  assert.equal(await scene.check(ofFirst), "ok", "keys that are there still do");
  scene.time += 1;
  assert.equal(await scene.check(ofSecond), "ok");
  assert.equal(scene.calls, 3);
  const unknown = await sign(third, claims());
  for (let again = 0; again < 3; again++) assert.equal(await scene.check(unknown), "TOKEN_SIGNATURE_INVALID");
  assert.equal(scene.calls, 3, "the answer was just now");
});

test("whoever needs the keys at the same time waits for one fetch", async () => {
  const scene = await stage();
  assert.equal(await scene.check(ofFirst), "ok");
  scene.time += 30_000;
  scene.set = jwks(first, second);
  let release;
  scene.gate = new Promise((resolve) => (release = resolve));
  const waiting = [scene.check(ofSecond), scene.check(ofSecond)];
  await new Promise((resolve) => setImmediate(resolve));
  release();
  assert.deepEqual(await Promise.all(waiting), ["ok", "ok"]);
  assert.equal(scene.calls, 2, "asked once for both");
});

test("fetches follow nobody elsewhere and end after 5 s", async () => {
  const given = [];
  const timeout = mock.method(AbortSignal, "timeout");
  try {
    const fetch = async (url, init) => {
      given.push([url, init.redirect, init.signal]);
      return Response.json(jwks(first));
    };
    const scene = await stage({ fetch });
    assert.equal(await scene.check(ofFirst), "ok");
    const [{ arguments: [milliseconds], result }] = timeout.mock.calls;
    assert.equal(milliseconds, 5_000);
    assert.deepEqual(given, [["https://keys.example/jwks", "manual", result]]);
  } finally {
    timeout.mock.restore();
  }
});

test("keys are kept for a minute, and what a withdrawn one signed goes with it", async () => {
  const scene = await stage();
  assert.equal(await scene.check(ofFirst), "ok");
  scene.set = jwks(second);
  scene.time += 60_000;
  assert.equal(scene.verify.seen(ofFirst, { now }).ok, true);
  scene.time += 1;
  assert.equal(scene.verify.seen(ofFirst, { now }), undefined);
  assert.equal(await scene.check(ofFirst), "TOKEN_SIGNATURE_INVALID");
  assert.equal(await scene.check(ofSecond), "ok");
});

test("keys that cannot be used are left out of a fetched set, which withdraws others all the same", async () => {
  const curve = await makeKey("ES256", "curve");
  const bad = [
    { ...curve.jwk, x: "AA" },
    { ...curve.jwk, y: `${curve.jwk.y}AA` },
    { ...third.jwk, x: Buffer.alloc(32).toString("base64url") },
    { ...third.jwk, d: "AAAA" },
    { kty: "oct", kid: "short", alg: "HS256", k: "AAAA" },
    null,
    7,
  ];
  for (const broken of bad) {
    const scene = await stage();
    scene.set = jwks(first, second);
    assert.equal(await scene.check(ofFirst), "ok");
    scene.set = { keys: [broken, second.jwk] };
    scene.time += 60_001;
    assert.equal(await scene.check(ofFirst), "TOKEN_SIGNATURE_INVALID", JSON.stringify(broken));
    assert.equal(await scene.check(ofSecond), "ok");
  }
  for (const broken of ["{", "null", "[]", '{"keys":7}', "{}", { keys: [second.jwk, second.jwk] }]) {
    const scene = await stage();
    assert.equal(await scene.check(ofFirst), "ok");
    scene.set = broken;
    scene.time += 60_001;
    assert.equal(await scene.check(ofFirst), "ok", "no set at all withdraws nothing");
  }
});

test("a key set that went while a signature was checked: refused, and remembered by nobody", async () => {
  const verifying = mock.method(crypto.subtle, "verify");
  try {
    const verify = verifying.mock.original ?? crypto.subtle.verify;
    for (const changes of [1, 2]) {
      const scene = await stage();
      scene.set = jwks(first);
      await scene.check(ofFirst);
      const token = await sign(first, claims({ jti: `during ${changes}` }));
      const sets = [jwks(first, second), jwks(first, third)].slice(0, changes);
      const change = async () => {
        for (const set of sets) {
          scene.set = set;
          scene.time += 60_001;
          await scene.verify("a.b.c", { now });
        }
      };
      verifying.mock.mockImplementationOnce(async function (...parameters) {
        const holds = await Reflect.apply(verify, crypto.subtle, parameters);
        await change();
        return holds;
      });
      // The set before the last one is kept for those who still check with it; the one before that is gone.
      assert.equal(await scene.check(token), changes === 1 ? "ok" : "KEYS_UNAVAILABLE");
      assert.equal(scene.verify.seen(token, { now }), undefined, "what other keys signed is not remembered");
    }
  } finally {
    verifying.mock.restore();
  }
});

test("texts of any kind reach the core as they are: no two of them are taken for one", async () => {
  const module = await internals.loadModule();
  const texts = ["é", "ab\u07ff", "\u0800", "\uffff", "😀x", "\ud800", "\ud801", "a\udc00b", "😀".repeat(40), `${"x".repeat(60)}é😀\ud800`];
  for (const text of texts) {
    const size = module.memory.write(text);
    const bytes = Buffer.from(module.memory.bytes.slice(module.memory.inputAt, module.memory.inputAt + size));
    const expected = [...text].flatMap((character) => {
      const point = character.codePointAt(0);
      const lone = point >= 0xd800 && point <= 0xdfff;
      return lone ? [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)] : [...Buffer.from(character)];
    });
    assert.deepEqual([...bytes], expected, JSON.stringify(text));
  }
});
