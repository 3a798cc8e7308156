// Signatures that standards print, and the edge cases of Ed25519 (RFC 8032 section 5.1.7) and of ECDSA with r and s
// side by side (RFC 7518 section 3.4; FIPS 186-5 section 6.4.2) that implementations are known to get wrong.
import { base64url } from "../js/issuer.mjs";

const jwks = (key) => ({ keys: [key] });

/** RFC 7515 appendices A.1 and A.3, RFC 8037 appendix A.4, with their keys. */
export const keySets = {
  "RFC 7515 A.1": jwks({
    kty: "oct",
    alg: "HS256",
    k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
  }),
  "RFC 7515 A.3": jwks({
    kty: "EC",
    crv: "P-256",
    alg: "ES256",
    x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  }),
  "RFC 8037 A.4": jwks({ kty: "OKP", crv: "Ed25519", alg: "EdDSA", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }),
};

const joe = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
export const examples = {
  "RFC 7515 A.1": `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${joe}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
  "RFC 7515 A.3": `eyJhbGciOiJFUzI1NiJ9.${joe}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
  "RFC 8037 A.4":
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
};

/** The last letter's neighbour that keeps its unused bits zero: another signature, still canonical. */
const damaged = (token) => `${token.slice(0, -4)}${token.slice(-4, -3) === "A" ? "B" : "A"}${token.slice(-3)}`;

const littleEndian = (value) => Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();
const bigEndian = (value) => Buffer.from(value.toString(16).padStart(64, "0"), "hex");

/** Signatures in place of a good Ed25519 one: what they are, and their 64 bytes. */
function edwardsCases(good, publicKey) {
  const prime = 2n ** 255n - 19n;
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const [r, s] = [good.subarray(0, 32), good.subarray(32)];
  const scalar = BigInt(`0x${Buffer.from(s).reverse().toString("hex")}`);
  const zero = Buffer.alloc(32);
  const join = (...parts) => Buffer.concat(parts);
  return {
    "R the neutral point, S zero": join(littleEndian(1n), zero),
    "R of order two, S zero": join(littleEndian(prime - 1n), zero),
    "R of order four, S zero": join(zero, zero),
    "R of order eight, S zero": join(Buffer.from("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "hex"), zero),
    "R spelt beyond the prime": join(littleEndian(prime + 1n), s),
    "R with the other sign": join(Buffer.from(r.map((byte, at) => (at === 31 ? byte ^ 0x80 : byte))), s),
    "R off the curve": join(littleEndian(2n), s),
    "S zero": join(r, zero),
    "S the order": join(r, littleEndian(order)),
    "S one less than the order": join(r, littleEndian(order - 1n)),
    "S negated": join(r, littleEndian(order - scalar)),
    "S with the top bit": join(r, littleEndian(scalar + 2n ** 255n)),
    "S and R swapped": join(s, r),
    "R the public key": join(publicKey, s),
    "all bits set": Buffer.alloc(64, 0xff),
  };
}

/** The same for ES256. */
function ecdsaCases(good) {
  const prime = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const number = (bytes) => BigInt(`0x${bytes.toString("hex")}`);
  const [r, s] = [number(good.subarray(0, 32)), number(good.subarray(32))];
  const pair = (first, second) => Buffer.concat([bigEndian(first), bigEndian(second)]);
  const cases = {
    "r zero": pair(0n, s),
    "s zero": pair(r, 0n),
    "r and s one": pair(1n, 1n),
    "r the order": pair(order, s),
    "r the order, s zero": pair(order, 0n),
    "r one less than the order": pair(order - 1n, s),
    "r negated": pair(order - r, s),
    "r the prime": pair(prime, s),
    "r beyond the prime": pair(prime + 1n, s),
    "s beyond the order": pair(r, order + 1n),
    "all bits set": Buffer.alloc(64, 0xff),
  };
  // The same residue in another spelling, where it still fits in 32 bytes.
  if (r + order < 2n ** 256n) cases["r + n"] = pair(r + order, s);
  return cases;
}

/** Wrong lengths: leading zero bytes dropped or added, as big-number libraries like to write them. */
const lengths = (good) => ({
  "an empty half": good.subarray(0, 32),
  "a zero byte before each half": Buffer.concat([Buffer.alloc(1), good.subarray(0, 32), Buffer.alloc(1), good.subarray(32)]),
  "its first byte dropped": good.subarray(1),
  "as long as P-384's": Buffer.concat([good, Buffer.alloc(32)]),
});

/**
 * Adds all of these to the vectors.
 * @param tokens good ones of each algorithm, and the bytes of the Ed25519 key
 */
export function addPublished(add, { eddsa, es256, hs256, publicKey }) {
  const refused = (reason) => ({ ok: false, code: "TOKEN_SIGNATURE_INVALID", ...(reason && { reason }) });
  for (const name of ["RFC 7515 A.1", "RFC 7515 A.3"]) {
    const options = { keys: name, types: ["JWT", ""] };
    const other = { ok: false, code: "TOKEN_CLAIM_INVALID", field: "iss", signed: true };
    add(name, "its signature holds; joe is not our issuer", examples[name], other, options);
    add(`${name}, damaged`, "its signature does not hold", damaged(examples[name]), refused(), options);
  }
  const prose = { ok: false, code: "TOKEN_MALFORMED", field: "payload" };
  add("RFC 8037 A.4", "its signature holds; a sentence is no claims", examples["RFC 8037 A.4"], prose, { keys: "RFC 8037 A.4", types: [""], holds: true });

  const replaced = (kind, token, cases, reason) => {
    const input = token.slice(0, token.lastIndexOf("."));
    for (const [name, bytes] of Object.entries(cases)) {
      add(`${kind} signature: ${name}`, "no such signature was ever made", `${input}.${base64url(bytes)}`, refused(reason));
    }
  };
  const bytesOf = (token) => Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
  replaced("Ed25519", eddsa, edwardsCases(bytesOf(eddsa), publicKey));
  replaced("ES256", es256, ecdsaCases(bytesOf(es256)));
  replaced("Ed25519", eddsa, lengths(bytesOf(eddsa)), "encoding");
  replaced("ES256", es256, lengths(bytesOf(es256)), "encoding");
  replaced("HS256", hs256, { "all zero": Buffer.alloc(32), "all bits set": Buffer.alloc(32, 0xff) });
  replaced("HS256", hs256, { "as long as Ed25519's": Buffer.alloc(64) }, "encoding");
}
