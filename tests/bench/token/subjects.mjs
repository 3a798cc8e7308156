// One token, verified by each library as its documentation says, with imported keys and the checks that it
// offers: hallpass checks everything of the contract's section 7, jose signature, times, iss, aud and typ, hono the
// same, @tsndr signature and times.
import { verify as honoVerify } from "hono/jwt";
import { jwtVerify } from "jose";
import jwt from "@tsndr/cloudflare-worker-jwt";
import { createVerifier } from "../../../js/dist/edge.js";

const imports = {
  EdDSA: { name: "Ed25519" },
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  HS256: { name: "HMAC", hash: "SHA-256" },
};
const checks = { EdDSA: { name: "Ed25519" }, ES256: { name: "ECDSA", hash: "SHA-256" }, HS256: { name: "HMAC" } };

function fromBase64url(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

function repeated(once) {
  return async (calls) => {
    for (let call = 0; call < calls; call++) await once();
  };
}

function wanted(holds) {
  if (!holds) throw new Error("the token was refused");
}

/** @param list a status list token that says the token is live */
export async function makeSubjects({ alg, jwk, token, list, issuer, audience }) {
  const key = await crypto.subtle.importKey("jwk", jwk, imports[alg], false, ["verify"]);
  const end = token.lastIndexOf(".");
  const signed = new TextEncoder().encode(token.slice(0, end));
  const signature = fromBase64url(token.slice(end + 1));
  const options = { issuer, audience, keys: { keys: [jwk] } };
  const cold = await createVerifier({ ...options, cacheSize: 0 });
  const warm = await createVerifier(options);
  const full = await createVerifier({
    ...options,
    revocation: { maxAgeSeconds: 3600, maxStaleSeconds: 7200 },
    fetch: async () => new Response(list),
  });
  const asked = { requiredScopes: ["cases:read"] };

  const subjects = {
    raw: async () => wanted(await crypto.subtle.verify(checks[alg], key, signature, signed)),
    "hallpass.cold": async () => wanted((await cold(token)).ok),
    "hallpass.warm": async () => wanted((await warm(token)).ok),
    "hallpass.warm_revocation_scopes": async () => wanted((await full(token, asked)).ok),
    jose: async () => wanted(await jwtVerify(token, key, { issuer, audience, typ: "at+jwt", algorithms: [alg] })),
    hono: async () => wanted(await honoVerify(token, key, { alg, iss: issuer, aud: audience, typ: "at+jwt" })),
  };
  if (alg !== "EdDSA") subjects.tsndr = async () => wanted(await jwt.verify(token, key, { algorithm: alg }));
  for (const once of Object.values(subjects)) await once();
  const turns = Object.fromEntries(Object.entries(subjects).map(([name, once]) => [name, repeated(once)]));
  // The guard's way: no promise where the token was seen before.
  turns["hallpass.warm_at_once"] = async (calls) => {
    for (let call = 0; call < calls; call++) wanted(warm.seen(token)?.ok);
  };
  return turns;
}
