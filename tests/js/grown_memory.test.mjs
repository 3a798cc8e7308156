// The core's memory grows while a verifier is at work: nothing that was looked at before is taken for what is there now.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import * as wasm from "../../js/dist/edge.js";
import * as twin from "../../js/dist/js.js";
import { audience, base64url, claims, issuer, jwks, makeKey, now, sign } from "./issuer.mjs";

const key = await makeKey("EdDSA");
const addressOf = (at) => `https://api.example.com/status/${at}`;
const tokenOf = (at) => sign(key, claims({ sub: `user-${at}`, jti: `t${at}`, status: { status_list: { idx: 0, uri: addressOf(at) } } }));
/** As large as the server's: eight of them do not fit into what there is at first. */
const lists = 24;
const fetch = async (uri) => {
  const bytes = new Uint8Array(131_072);
  bytes[0] = Number(uri.split("/").at(-1)) % 2;
  return new Response(await sign(key, { sub: uri, iat: now / 1000, status_list: { bits: 1, lst: base64url(deflateSync(bytes)) } }, { typ: "statuslist+jwt" }));
};

for (const [name, { createVerifier }] of Object.entries({ WebAssembly: wasm, "without WebAssembly": twin })) {
  test(`${name}: everybody stays who they are, and who was revoked stays revoked`, async () => {
    const verify = await createVerifier({ issuer, audience, keys: jwks(key), now: () => now, fetch, revocation: { maxAgeSeconds: 60 } });
    for (const round of ["first", "again"]) {
      for (let at = 0; at < lists; at++) {
        const { ok, session, error } = await verify(await tokenOf(at));
        assert.equal(ok ? session.subject : error.code, at % 2 === 1 ? "TOKEN_REVOKED" : `user-${at}`, `${round} ${at}`);
      }
      const forged = `${(await tokenOf(0)).slice(0, -20)}${"A".repeat(20)}`;
      assert.equal((await verify(forged)).error.code, "TOKEN_SIGNATURE_INVALID", round);
    }
  });
}
