import { inflated } from "#core-module";
import { decoder, encoder } from "../core/memory.js";
import type { TokenCalls } from "../core/token.js";
import { boundedBytes } from "./fetching.js";
import type { LoadedKeys } from "./keys.js";

/** A status list whose signature and claims hold, in the core's memory. */
export interface StatusList {
  readonly list: number;
  /** Milliseconds; the list says nothing from then on. */
  readonly expiresAt: number;
  readonly issuedAt: number;
  /** How old it may get before it is asked for again, in milliseconds. */
  readonly maxAgeMs: number;
}

/** As much as a clock may be behind the server's; a list from further ahead would keep all later ones out. */
const maxAheadMs = 60_000;
const maxListBytes = 4 * 1024 * 1024;
/** `{}` in base64url. */
const emptyPayload = "e30";
/** What stands between the parts of a token. */
const dot = 0x2e;

interface ListClaims {
  readonly sub?: unknown;
  readonly iat?: unknown;
  readonly exp?: unknown;
  readonly ttl?: unknown;
  readonly status_list?: { readonly bits?: unknown; readonly lst?: unknown };
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const values = new Int8Array(256).fill(-1);
for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value;

/** Lists are long: `atob` and further passes over their text would take most of a refresh. */
function decodeBase64url(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((text.length * 3) >> 2);
  const whole = text.length & ~3;
  const valueAt = (index: number): number => values[text[index] as number] as number;
  let at = 0;
  let all = 0; // below 0 where any value is
  for (let index = 0; index < whole; index += 4) {
    const window =
      (valueAt(index) << 18) | (valueAt(index + 1) << 12) | (valueAt(index + 2) << 6) | valueAt(index + 3);
    all |= window;
    bytes[at++] = window >> 16;
    bytes[at++] = window >> 8;
    bytes[at++] = window;
  }
  if (text.length - whole >= 2) {
    const last = whole + 2 < text.length ? valueAt(whole + 2) : 0;
    const window = (valueAt(whole) << 10) | (valueAt(whole + 1) << 4) | (last >> 2);
    all |= window | last;
    bytes[at++] = window >> 8;
    bytes[at++] = window; // beyond the end nothing is written
  }
  if (all < 0 || text.length - whole === 1) throw new TypeError(); // nobody is told what
  return bytes;
}

/** Header, payload and signature; null where there are not three parts. White space may follow. */
function partsOf(token: Uint8Array<ArrayBuffer>): readonly [string, Uint8Array<ArrayBuffer>, string, Uint8Array<ArrayBuffer>] | null {
  const first = token.indexOf(dot);
  const last = token.lastIndexOf(dot);
  if (token.indexOf(dot, first + 1) !== last || first === last) return null;
  const header = decoder.decode(token.subarray(0, first));
  return [header, token.subarray(first + 1, last), decoder.decode(token.subarray(last + 1)).trim(), token.subarray(0, last)];
}

/**
 * Whether a status list token's signature holds. The core judges header, key and signature length on
 * the token without its payload, which may be far longer than an act-as token; the signature is then
 * checked over the real text.
 */
async function signatureHolds(
  tokens: TokenCalls,
  verifier: number,
  keys: LoadedKeys,
  header: string,
  signature: string,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const pending = tokens.parse(verifier, keys.handle, `${header}.${emptyPayload}.${signature}`);
  if ("ok" in pending) return false;
  const holds = await keys.signatureHolds(pending.keyIndex, pending.signature, signed);
  return keys.alive && tokens.acceptSigned(pending, keys.handle, holds) === null;
}

/**
 * Reads a status list token (Token Status List, sections 5.1 and 8.3): signature first, then claims.
 * @param verifier a core verifier that accepts the type `statuslist+jwt` alone
 * @returns null where anything at all is wrong with it
 */
export async function readStatusList(
  tokens: TokenCalls,
  verifier: number,
  keys: LoadedKeys,
  uri: string,
  token: Uint8Array<ArrayBuffer>,
  now: number,
): Promise<StatusList | null> {
  const parts = partsOf(token);
  if (parts === null) return null;
  const [header, payload, signature, signed] = parts;
  if (!(await signatureHolds(tokens, verifier, keys, header, signature, signed))) return null;

  const claims = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(decodeBase64url(payload))) as ListClaims;
  const { sub, iat, exp, ttl, status_list: statusList } = claims;
  if (sub !== uri || typeof iat !== "number") return null;
  const issuedAt = iat * 1000;
  if (issuedAt > now + maxAheadMs) return null;
  const expiresAt = exp === undefined ? Infinity : typeof exp === "number" ? exp * 1000 : NaN;
  if (!(now < expiresAt)) return null;
  if (typeof statusList?.lst !== "string" || !Number.isInteger(statusList.bits)) return null;

  const inflating = await inflated(decodeBase64url(encoder.encode(statusList.lst)), maxListBytes);
  const bytes = "getReader" in inflating ? await boundedBytes(inflating, maxListBytes) : inflating;
  const list = tokens.newList(bytes, statusList.bits as number);
  const maxAgeMs = (ttl as number) > 0 ? (ttl as number) * 1000 : Infinity;
  return typeof list === "number" ? { list, expiresAt, issuedAt, maxAgeMs } : null;
}
