// Writes tokens.json: act-as tokens, good and hostile, each with what a verifier must say and why.
// Keys and signatures come anew with each run; expectations are written here by hand.
import { createHash, createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { audience, base64url, claims, encodeJson, issuer, jwks, makeKey, now, sign, signInput } from "../js/issuer.mjs";
import { addPublished, keySets as publishedKeySets } from "./published.mjs";

/** The members that make a key's thumbprint (RFC 7638 section 3.2, RFC 8037 section 2). */
const telling = { OKP: ["crv", "kty", "x"], EC: ["crv", "kty", "x", "y"], oct: ["k", "kty"] };
/** A key named as the server names its own, so that the server can hold it. */
async function namedKey(alg) {
  const key = await makeKey(alg);
  const kid = createHash("sha256").update(JSON.stringify(key.jwk, telling[key.jwk.kty])).digest("base64url");
  return { ...key, kid, jwk: { ...key.jwk, kid } };
}

const ed = await namedKey("EdDSA");
const ec = await namedKey("ES256");
const mac = await namedKey("HS256");
const other = await makeKey("EdDSA", ed.kid);
const second = await namedKey("EdDSA");

const keySets = { all: jwks(ed, ec, mac), ed: jwks(ed), two: jwks(ed, second) };
const seconds = now / 1000;
const vectors = [];

/** @param options keys, now, types, skew, scopes, holds (whether the signature does) */
function add(name, why, token, expected, options = {}) {
  const { keys = "all", holds = expected.ok === true || expected.signed === true } = options;
  const { signed: _signed, ...expect } = expected;
  vectors.push({
    name,
    why,
    token,
    keys,
    types: options.types ?? ["at+jwt"],
    clockSkewSeconds: options.skew ?? 0,
    now: options.now ?? now,
    requiredScopes: options.scopes ?? "",
    signatureHolds: holds,
    expect,
  });
}
const good = { ok: true };
const malformed = (reason) => ({ ok: false, code: "TOKEN_MALFORMED", ...(reason && { reason }) });
const badSignature = (reason) => ({ ok: false, code: "TOKEN_SIGNATURE_INVALID", ...(reason && { reason }) });
/** What only a token whose signature holds gets to hear. */
const claim = (field, reason) => ({ ok: false, code: "TOKEN_CLAIM_INVALID", field, ...(reason && { reason }), signed: true });
const expired = { ok: false, code: "TOKEN_EXPIRED", signed: true };
const early = { ok: false, code: "TOKEN_NOT_YET_VALID", signed: true };

const withHeader = (header, key = ed) => sign(key, claims(), header);
const withClaims = (overrides, key = ed) => sign(key, claims(overrides));
const withText = (text, key = ed) => sign(key, text);
/** Claims as JSON text with one member written by hand. */
const spelt = (name, json) => JSON.stringify(claims({ [name]: "@@" })).replace('"@@"', json);
const without = (name) => withClaims({ [name]: undefined });
const parts = (await withClaims({})).split(".");
const head = { alg: "EdDSA", kid: ed.kid, typ: "at+jwt" };

// Good ones.
add("EdDSA", "the default algorithm", await withClaims({}), good);
add("ES256", "P-256 with a raw signature", await withClaims({}, ec), good);
add("HS256", "a shared secret of 32 bytes", await withClaims({}, mac), good);
add("no kid, one key", "a kid may be absent where one key fits", await withHeader({ kid: undefined }), good, { keys: "ed" });
add("no kid, one key of that algorithm", "other kinds of key do not make it ambiguous", await withHeader({ kid: undefined }), good);
add("scope as array", "accepted as a string or an array", await withClaims({ scope: ["documents:read", "cases:read"] }), good);
add("no scope", "a session may carry no scopes", await without("scope"), good);
add("aud as array", "one of several audiences", await withClaims({ aud: ["x", audience] }), good);
add("nested act", "what is inside act is informational", await withClaims({ act: { sub: "admin_789", act: { sub: "boss" } } }), good);
add("unknown claims", "unknown members are ignored", await withClaims({ extra: { deep: [1, null, "x"] } }), good);
add("__proto__ claims", "an object key like any other", await withText(JSON.stringify(claims()).replace("{", '{"__proto__":{"act_as":false},')), good);
add("unknown header member", "unknown members are ignored", await withHeader({ note: "x" }), good);
add("typ in capitals", "media types know no case (RFC 7515 4.1.9)", await withHeader({ typ: "AT+JWT" }), good);
add("typ with application/", "the prefix may be there (RFC 7515 4.1.9)", await withHeader({ typ: "application/at+jwt" }), good);
add("typ absent, told to accept", 'the type "" stands for none', await withHeader({ typ: undefined }), good, { types: [""] });
add("typ JWT, told to accept", "the verifier is told which it accepts", await withHeader({ typ: "JWT" }), good, { types: ["at+jwt", "JWT"] });
add("exp with a fraction", "any finite JSON number", await withText(spelt("exp", `${seconds}.5`)), good, { now: now + 499 });
add("exp with an exponent", "any finite JSON number", await withText(spelt("exp", "1.8e9")), good);
add("exp with a long fraction", "compared without losing a fraction", await withText(spelt("exp", `${seconds}.00000000000000000001`)), good);
add("nbf equals now", "not yet valid means now < nbf", await withClaims({ nbf: seconds }), good);
add("no iat", "iat is optional", await without("iat"), good);
add("no jti", "jti is optional", await without("jti"), good);
add("leeway covers exp", "60 s at most", await withClaims({}), good, { now: now + 1_859_999, skew: 60 });
add("leeway covers iat", "60 s at most", await withClaims({}), good, { now: now - 60_000, skew: 60 });
add("a millisecond before exp", "live while now < exp", await withClaims({}), good, { now: now + 1_799_999 });
add("letters beyond ASCII", "ids are opaque UTF-8", await withClaims({ sub: "Zoë\u{1F600}" }), good);
add("escaped letters", "escapes are read before names are compared", await withText(JSON.stringify(claims()).replace('"exp"', '"\\u0065xp"')), good);
add("scopes that are there", "a subset is enough", await withClaims({}), good, { scopes: "documents:read" });

// Form.
add("empty", "no parts", "", malformed());
add("one part", "three parts are needed", parts[0], malformed());
add("two parts", "three parts are needed", `${parts[0]}.${parts[1]}`, malformed());
add("four parts", "three parts are needed", `${parts.join(".")}.x`, malformed());
add("encrypted", "five parts are a JWE", `${parts[0]}.${parts[1]}.${parts[2]}.AAAA.AAAA`, malformed());
add("empty header", "no part may be empty", `.${parts[1]}.${parts[2]}`, malformed());
add("empty payload", "no part may be empty (detached content)", `${parts[0]}..${parts[2]}`, malformed());
add("empty signature", "no part may be empty", `${parts[0]}.${parts[1]}.`, malformed());
for (const [at, part] of ["header", "payload", "signature"].entries()) {
  const change = (edit) => parts.map((text, index) => (index === at ? edit(text) : text)).join(".");
  add(`padded ${part}`, "base64url is unpadded", change((text) => `${text}=`), malformed());
  add(`line break in ${part}`, "no white space", change((text) => `${text.slice(0, 8)}\n${text.slice(8)}`), malformed());
  add(`plain base64 in ${part}`, "the URL alphabet alone", change((text) => `+/${text.slice(2)}`), malformed());
}
add("space in front", "no white space", ` ${parts.join(".")}`, malformed());
add("line break at the end", "no white space", `${parts.join(".")}\n`, malformed());
add("NUL at the end", "not base64url", `${parts.join(".")}\0`, malformed());
add("letters beyond ASCII in the token", "not base64url", `${parts[0]}.${parts[1]}.é${parts[2].slice(2)}`, malformed());
{
  // 64 bytes leave four bits in the last letter that must be zero.
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(parts[2].at(-1));
  add("stray bits in signature", "canonical base64url", `${parts[0]}.${parts[1]}.${parts[2].slice(0, -1)}${alphabet[last | 1]}`, malformed());
}
add("length of one more than four", "no such base64url", `${parts[0]}.${parts[1]}.${parts[2]}AAA`, malformed());
const headed = async (text, key = ed) => signInput(key, `${base64url(text)}.${parts[1]}`);
add("header no JSON", "one JSON object each", await headed("alg: EdDSA"), malformed());
add("header an array", "one JSON object each", await headed('["EdDSA"]'), malformed());
add("header null", "one JSON object each", await headed("null"), malformed());
add("header twice", "one JSON object each", await headed(`${JSON.stringify(head)}${JSON.stringify(head)}`), malformed());
add("header with alg twice", "duplicate member names are refused", await headed(JSON.stringify(head).replace("}", ',"alg":"none"}')), malformed("duplicate_member"));
add("header with alg twice, escaped", "duplicates are found after unescaping", await headed(JSON.stringify(head).replace("}", ',"\\u0061lg":"none"}')), malformed("duplicate_member"));
add("header in UTF-16", "UTF-8 alone", await headed(Buffer.from(JSON.stringify(head), "utf16le")), malformed());
add("header compressed", "one JSON object each", await headed(deflateRawSync(JSON.stringify(head))), malformed());
add("payload an array", "one JSON object each", await withText("[]"), malformed());
add("payload a number", "one JSON object each", await withText("1"), malformed());
add("payload with text behind", "one JSON object each", await withText(`${JSON.stringify(claims())}x`), malformed());
add("payload with a BOM", "without BOM", await withText(`\ufeff${JSON.stringify(claims())}`), malformed());
add("payload with NaN", "no JSON", await withText(spelt("exp", "NaN")), malformed());
add("payload with a comment", "no JSON", await withText(`/* */${JSON.stringify(claims())}`), malformed());
add("payload with a trailing comma", "no JSON", await withText(JSON.stringify(claims()).replace(/}$/, ",}")), malformed());
add("payload not UTF-8", "well-formed UTF-8", await signInput(ed, `${parts[0]}.${base64url(Buffer.from(JSON.stringify(claims({ sub: "\xff" })), "latin1"))}`), malformed());
add("payload with overlong UTF-8", "well-formed UTF-8", await signInput(ed, `${parts[0]}.${base64url(Buffer.from(JSON.stringify(claims({ sub: "\xc0\xaf" })), "latin1"))}`), malformed());
add("lone surrogate", "lone surrogates are refused", await withText(spelt("sub", '"\\ud800"')), malformed());
add("exp twice", "duplicate member names are refused", await withText(JSON.stringify(claims()).replace("{", '{"exp":9999999999,')), malformed("duplicate_member"));
add("exp twice, escaped", "duplicates are found after unescaping", await withText(JSON.stringify(claims()).replace("{", '{"\\u0065xp":9999999999,')), malformed("duplicate_member"));
add("sub twice inside act", "at any level", await withText(spelt("act", '{"sub":"admin_789","sub":"x"}')), malformed("duplicate_member"));
add("nested 33 deep", "nesting deeper than 32", await withText(spelt("extra", `${"[".repeat(32)}${"]".repeat(32)}`)), malformed());
add("nested 32 deep", "32 is allowed", await withText(spelt("extra", `${"[".repeat(31)}${"]".repeat(31)}`)), good);
add("longer than 16 KiB", "tokens longer than 16 KiB are refused", await withClaims({ extra: "x".repeat(12_400) }), malformed("too_long"));
add("critical extension", "crit is refused", await withHeader({ crit: ["exp"], exp: 1 }), malformed("unsupported_header"));
add("crit empty", "malformed crit is refused", await withHeader({ crit: [] }), malformed("unsupported_header"));
add("b64 false", "unencoded payloads are refused", await withHeader({ b64: false }), malformed("unsupported_header"));
add("embedded key", "keys come from the verifier alone", await withHeader({ jwk: other.jwk }, other), malformed("unsupported_header"));
add("key URL", "keys come from the verifier alone", await withHeader({ jku: "https://evil.example/jwks" }), malformed("unsupported_header"));
add("certificate URL", "keys come from the verifier alone", await withHeader({ x5u: "https://evil.example/c" }), malformed("unsupported_header"));
add("certificate chain", "keys come from the verifier alone", await withHeader({ x5c: ["AAAA"] }), malformed("unsupported_header"));
add("kid a number", "text alone", await withHeader({ kid: 7 }), malformed());
add("kid an object", "text alone", await withHeader({ kid: { $ne: null } }), malformed());
add("alg a number", "text alone", await withHeader({ alg: 1 }), malformed());
add("alg absent", "alg is required", await withHeader({ alg: undefined }), malformed());
add("typ a number", "text alone", await withHeader({ typ: 1 }), malformed());

// Algorithm and key.
for (const alg of ["none", "None", "NONE", "nOnE", "", "eddsa", "Ed25519", "RS256", "PS256", "HS384", "HS512", "ES384", "ES256K"]) {
  add(`alg ${alg || "empty"}`, "none and every other algorithm are refused", await withHeader({ alg }), badSignature("algorithm"));
}
add("none without a signature", "no part may be empty", `${encodeJson({ ...head, alg: "none" })}.${parts[1]}.`, malformed());
{
  const input = `${encodeJson({ ...head, alg: "HS256" })}.${parts[1]}`;
  const secret = Buffer.from(ed.jwk.x, "base64url");
  add("public key as HMAC secret", "the key decides the algorithm", `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`, badSignature("algorithm"));
}
add("ES256 under the EdDSA key", "the key decides the algorithm", await withHeader({ kid: ed.kid }, ec), badSignature("algorithm"));
add("EdDSA under the ES256 key", "the key decides the algorithm", await withHeader({ kid: ec.kid }), badSignature("algorithm"));
add("HS256 under the EdDSA key", "the key decides the algorithm", await withHeader({ kid: ed.kid }, mac), badSignature("algorithm"));
add("unknown kid", "a kid must match", await withHeader({ kid: "nobody" }), badSignature("unknown_key"));
add("kid a path", "a kid must match", await withHeader({ kid: "../../dev/null" }), badSignature("unknown_key"));
add("kid in capitals", "a kid must match", await withHeader({ kid: ed.kid.toUpperCase() }), badSignature("unknown_key"));
add("kid with a space", "an id has no spaces at its ends", await withHeader({ kid: `${ed.kid} ` }), malformed());
add("no kid, two keys", "a kid may be absent only where one key fits", await withHeader({ kid: undefined }), badSignature("unknown_key"), { keys: "two" });

// Signature.
add("another key's signature", "the signature does not hold", await withClaims({}, other), badSignature());
add("another payload", "the signature does not hold", `${parts[0]}.${encodeJson(claims({ sub: "boss" }))}.${parts[2]}`, badSignature());
add("another header", "the header is signed too", `${encodeJson({ ...head, note: 1 })}.${parts[1]}.${parts[2]}`, badSignature());
{
  const bytes = Buffer.from(parts[2], "base64url");
  const spoilt = (edit) => {
    const copy = Buffer.from(bytes);
    edit(copy);
    return `${parts[0]}.${parts[1]}.${base64url(copy)}`;
  };
  add("one bit flipped in R", "the signature does not hold", spoilt((copy) => (copy[0] ^= 1)), badSignature());
  add("one bit flipped in S", "the signature does not hold", spoilt((copy) => (copy[32] ^= 1)), badSignature());
  add("all zero", "the signature does not hold", spoilt((copy) => copy.fill(0)), badSignature());
  add("Ed25519 truncated", "exactly 64 bytes", `${parts[0]}.${parts[1]}.${base64url(bytes.subarray(0, 63))}`, badSignature("encoding"));
  add("Ed25519 extended", "exactly 64 bytes", `${parts[0]}.${parts[1]}.${base64url(Buffer.concat([bytes, Buffer.alloc(1)]))}`, badSignature("encoding"));
  // S + L stands for the same scalar, but RFC 8032 section 5.1.7 wants S < L.
  const order = (1n << 252n) + 27742317777372353535851937790883648493n;
  let scalar = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString("hex")}`) + order;
  const moved = Buffer.from(bytes);
  for (let at = 32; at < 64; at++, scalar >>= 8n) moved[at] = Number(scalar & 255n);
  add("Ed25519 with S + L", "malleable S is refused", `${parts[0]}.${parts[1]}.${base64url(moved)}`, badSignature());
}
{
  const token = await withClaims({}, ec);
  const [header, payload, signature] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const number = (buffer) => BigInt(`0x${buffer.toString("hex")}`);
  const octets = (value) => Buffer.from(value.toString(16).padStart(64, "0"), "hex");
  const [r, s] = [bytes.subarray(0, 32), bytes.subarray(32)];
  const signed = (...each) => `${header}.${payload}.${base64url(Buffer.concat(each))}`;
  const integer = (buffer) => Buffer.concat([Buffer.from([2, 33, 0]), buffer]);
  add("ES256 in DER", "r and s as 64 bytes (RFC 7518 3.4)", signed(Buffer.from([0x30, 70]), integer(r), integer(s)), badSignature("encoding"));
  add("ES256 with r and s zero", "r and s lie between 1 and n", signed(Buffer.alloc(64)), badSignature());
  add("ES256 with s = n", "r and s lie between 1 and n", signed(r, octets(order)), badSignature());
  add("ES256 with r and s swapped", "the signature does not hold", signed(s, r), badSignature());
  add("ES256 with the other s", "n - s verifies too: nothing may key on the token's text", signed(r, octets(order - number(s))), good);
  add("ES256 truncated", "exactly 64 bytes", signed(r, s.subarray(0, 31)), badSignature("encoding"));
}
{
  const token = await withClaims({}, mac);
  const [header, payload, signature] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  add("HS256 truncated", "exactly 32 bytes", `${header}.${payload}.${base64url(bytes.subarray(0, 16))}`, badSignature("encoding"));
  add("HS256 with SHA-512", "the key decides the algorithm", `${header}.${payload}.${createHmac("sha512", Buffer.from(mac.jwk.k, "base64url")).update(`${header}.${payload}`).digest("base64url")}`, badSignature("encoding"));
}

// Type: looked at once the signature holds.
add("typ JWT", "at+jwt alone by default", await withHeader({ typ: "JWT" }), claim("typ"));
add("typ absent", "at+jwt alone by default", await withHeader({ typ: undefined }), claim("typ"));
add("typ with a space", "at+jwt alone by default", await withHeader({ typ: "at+jwt " }), claim("typ"));
add("typ statuslist+jwt", "another kind of token", await withHeader({ typ: "statuslist+jwt" }), claim("typ"));

// Claims.
add("exp equals now", "expired means now >= exp", await withClaims({}), expired, { now: now + 1_800_000 });
add("exp long ago", "expired means now >= exp", await withClaims({}), expired, { now: now + 86_400_000 });
add("exp zero", "0 is a time", await withClaims({ exp: 0, iat: undefined }), expired);
add("exp with a fraction, over", "the fraction counts", await withText(spelt("exp", `${seconds}.5`)), expired, { now: now + 500 });
add("leeway used up", "expired means now >= exp + leeway", await withClaims({}), expired, { now: now + 1_860_000, skew: 60 });
for (const [name, json] of [["text", '"1795177800"'], ["null", "null"], ["true", "true"], ["an array", "[1795177800]"], ["negative", "-1"], ["1e300", "1e300"], ["beyond the year 9999", "253402300801"]]) {
  add(`exp ${name}`, "a number from 0 to the year 9999, never a string", await withText(spelt("exp", json)), claim("exp"));
}
add("exp 1e400", "no finite number", await withText(spelt("exp", "1e400")), malformed());
const tenTo308 = `1${"0".repeat(308)}`;
for (const [kind, json] of [["whole", tenTo308], ["negative", `-${tenTo308}`], ["a fraction", `${tenTo308}.5`]]) {
  add(`a number of 309 digits, ${kind}`, "numbers of 1e308 and beyond are refused however they are spelt", await withText(spelt("note", json)), malformed());
}
add("a number of 308 digits", "what is below 1e308 is a number like any other", await withText(spelt("note", "9".repeat(308))), good);
add("exp absent", "exp is required", await without("exp"), claim("exp"));
add("nbf ahead", "not yet valid means now < nbf", await withClaims({ nbf: seconds + 1 }), early);
add("nbf a fraction ahead", "the fraction counts", await withText(spelt("nbf", `${seconds}.001`)), early);
add("nbf as text", "never strings", await withClaims({ nbf: String(seconds) }), claim("nbf"));
add("iat ahead", "iat in the future beyond the leeway", await withClaims({ iat: seconds + 1 }), early);
add("iat ahead of the leeway", "iat in the future beyond the leeway", await withClaims({ iat: seconds + 61 }), early, { skew: 60 });
add("iat after exp", "issued after its end", await withClaims({ iat: seconds + 1801 }), claim("iat"), { now: now + 1_700_000 });
add("iat as text", "never strings", await withClaims({ iat: "now" }), claim("iat"));
for (const [name, value] of [["of another issuer", "https://evil.example"], ["with a slash more", `${issuer}/`], ["in capitals", issuer.toUpperCase()], ["an array", [issuer]], ["absent", undefined], ["empty", ""]]) {
  add(`iss ${name}`, "the issuer must be the one that is told", await withClaims({ iss: value }), claim("iss"));
}
for (const [name, value] of [["another", "x"], ["absent", undefined], ["an empty array", []], ["an array without ours", ["x", "y"]], ["an array with a number", [audience, 1]], ["an object", { aud: audience }], ["a number", 1]]) {
  add(`aud ${name}`, "a string or an array of strings with ours in it", await withClaims({ aud: value }), claim("aud"));
}
for (const name of ["sub", "sid"]) {
  for (const [kind, value] of [["absent", undefined], ["empty", ""], ["a number", 1], ["null", null], ["with NUL", "a\0b"], ["of 129 bytes", "x".repeat(129)]]) {
    add(`${name} ${kind}`, "an id of 1 to 128 bytes", await withClaims({ [name]: value }), claim(name));
  }
}
add("sub with a text direction override", "ids hold no such thing", await withClaims({ sub: "a\u202eb" }), claim("sub"));
for (const [kind, value] of [["absent", undefined], ["text", "admin_789"], ["null", null], ["an array", [{ sub: "admin_789" }]]]) {
  add(`act ${kind}`, "the actor is never lost", await withClaims({ act: value }), { ok: false, code: "TOKEN_CLAIM_INVALID", signed: true });
}
for (const [kind, value] of [["without sub", {}], ["with sub a number", { sub: 1 }], ["with sub empty", { sub: "" }]]) {
  add(`act ${kind}`, "the actor is never lost", await withClaims({ act: value }), claim("act"));
}
for (const [kind, value] of [["absent", undefined], ["false", false], ["text", "true"], ["one", 1], ["null", null]]) {
  add(`act_as ${kind}`, "act_as must be true", await withClaims({ act_as: value }), claim("act_as"));
}
for (const [kind, value] of [["a number", 1], ["an array with a number", ["cases:read", 1]], ["a star", "*"], ["with a star", "cases:*"], ["without an action", "cases"], ["an object", {}]]) {
  add(`scope ${kind}`, "scopes are resource:action; a star is never implied", await withClaims({ scope: value }), claim("scope"));
}
add("ctx an array", "an object that names one tenant", await withClaims({ ctx: ["firm_abc"] }), claim("ctx"));
add("ctx with two tenants", "an object that names one tenant", await withClaims({ ctx: { tenantId: "a", lawFirmId: "b" } }), claim("ctx"));
add("jti a number", "an id", await withClaims({ jti: 1 }), claim("jti"));
add("grant_id a number", "an id", await withClaims({ grant_id: 1 }), claim("grant_id"));
for (const [kind, value] of [["negative", { idx: -1, uri: "https://s/1" }], ["a fraction", { idx: 1.5, uri: "https://s/1" }], ["text", { idx: "1", uri: "https://s/1" }], ["without uri", { idx: 1 }]]) {
  add(`status index ${kind}`, "a reference that cannot be looked up", await withClaims({ status: { status_list: value } }), { ok: false, code: "TOKEN_CLAIM_INVALID", signed: true });
}
add("scope missing", "the session does not carry it", await withClaims({}), { ok: false, code: "INSUFFICIENT_SCOPE", signed: true }, { scopes: "cases:read cases:write" });
add("scope a prefix", "a scope never matches by prefix", await withClaims({ scope: "cases:read" }), { ok: false, code: "INSUFFICIENT_SCOPE", signed: true }, { scopes: "cases:read:all" });
add("12 KiB", "long, but within 16 KiB", await withClaims({ note: "x".repeat(8_500) }), good);
add("a lone surrogate in a name", "not well-formed", await withText(JSON.stringify(claims()).replace("{", '{"\\ud800":1,')), malformed());
add("__proto__ twice", "a name like any other", await withText(JSON.stringify(claims()).replace("{", '{"__proto__":1,"\\u005f_proto__":2,')), malformed("duplicate_member"));
add("act_as twice, escaped", "names are compared as they read", await withText(JSON.stringify(claims({ act_as: false })).replace("{", '{"\\u0061ct_as":true,')), malformed("duplicate_member"));

// Published signatures and the edge cases of each algorithm.
const publicKey = Buffer.from(ed.jwk.x, "base64url");
addPublished(add, { eddsa: await withClaims({}), es256: await withClaims({}, ec), hs256: await withClaims({}, mac), publicKey });
Object.assign(keySets, publishedKeySets);

const file = { issuer, audience, keySets, vectors };
writeFileSync(new URL("tokens.json", import.meta.url), `${JSON.stringify(file, null, 1)}\n`);
console.log(`${vectors.length} tokens, ${vectors.filter(({ expect }) => !expect.ok).length} of them hostile`);
