// Makes keys and act-as tokens for tests, with WebCrypto alone.
import { deflateSync } from "node:zlib";

const { subtle } = globalThis.crypto ?? (await import("node:crypto")).webcrypto;

export const issuer = "https://api.example.com";
export const audience = "law-firm-app";
/** 2026-11-20T12:00:00Z */
export const now = 1795176000000;

export const base64url = (bytes) => Buffer.from(bytes).toString("base64url");
export const encodeJson = (value) => base64url(JSON.stringify(value));

const kinds = {
  EdDSA: { name: "Ed25519" },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  HS256: { name: "HMAC", hash: "SHA-256", length: 256 },
};

/** A key that signs, with what a JWKS says about it. */
export async function makeKey(alg, kid = `${alg}-1`) {
  const made = await subtle.generateKey(kinds[alg], true, ["sign", "verify"]);
  const publicKey = made.publicKey ?? made;
  const { key_ops: _operations, ext: _extractable, ...jwk } = await subtle.exportKey("jwk", publicKey);
  return { alg, kid, jwk: { ...jwk, kid, alg, use: "sig" }, privateKey: made.privateKey ?? made };
}

export async function signInput(key, input) {
  const signature = await subtle.sign(kinds[key.alg], key.privateKey, Buffer.from(input));
  return `${input}.${base64url(signature)}`;
}

/** @param payload an object, or JSON text as it stands */
export function sign(key, payload, header = {}) {
  const head = { alg: key.alg, kid: key.kid, typ: "at+jwt", ...header };
  const body = typeof payload === "string" ? base64url(payload) : encodeJson(payload);
  return signInput(key, `${encodeJson(head)}.${body}`);
}

/** The claims of a good token, half an hour long. */
export function claims(overrides = {}) {
  const issuedAt = now / 1000;
  return {
    iss: issuer,
    aud: audience,
    sub: "user_12345",
    exp: issuedAt + 1800,
    iat: issuedAt,
    jti: "token-1",
    sid: "session_abc123",
    act: { sub: "admin_789", actorUserId: "admin_789" },
    act_as: true,
    ctx: { lawFirmId: "firm_abc" },
    scope: "cases:read documents:read",
    grant_id: "gr_1",
    ...overrides,
  };
}

export const jwks = (...keys) => ({ keys: keys.map(({ jwk }) => jwk) });

/** A status list token over `statuses`, one bit each. */
export function statusListToken(key, uri, statuses, overrides = {}, header = {}) {
  const bytes = new Uint8Array(Math.ceil(statuses.length / 8));
  statuses.forEach((status, at) => {
    if (status !== 0) bytes[at >> 3] |= 1 << (at & 7);
  });
  const payload = {
    sub: uri,
    iat: now / 1000,
    exp: now / 1000 + 3600,
    ttl: 60,
    status_list: { bits: 1, lst: base64url(deflateSync(bytes)) },
    ...overrides,
  };
  return sign(key, payload, { typ: "statuslist+jwt", ...header });
}
