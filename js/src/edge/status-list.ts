import type { TokenCalls } from "../core/token.js";
import { boundedBytes } from "./fetching.js";
import type { LoadedKeys } from "./keys.js";

/** A status list whose signature and claims hold, in the core's memory. */
export interface StatusList {
  readonly list: number;
  /** Milliseconds; the list says nothing from then on. */
  readonly expiresAt: number;
  readonly issuedAt: number;
}

const maxListBytes = 4 * 1024 * 1024;
/** `{}` in base64url. */
const emptyPayload = "e30";

interface ListClaims {
  readonly sub?: unknown;
  readonly iat?: unknown;
  readonly exp?: unknown;
  readonly status_list?: { readonly bits?: unknown; readonly lst?: unknown };
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const values = new Int8Array(128).fill(-1);
for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value;

/** Lists are long: `atob` and a second pass over its text would take most of a refresh. */
function decodeBase64url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let window = 0;
  let at = 0;
  for (let index = 0; index < text.length; index++) {
    const value = values[text.charCodeAt(index)] ?? -1;
    if (value < 0) throw new TypeError("not base64url");
    window = (window << 6) | value;
    const bits = 6 - (index & 3) * 2;
    if (bits < 6) bytes[at++] = window >> bits;
  }
  return bytes;
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return boundedBytes(stream as ReadableStream<Uint8Array<ArrayBuffer>>, maxListBytes);
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
  [header, payload, signature]: readonly [string, string, string],
): Promise<boolean> {
  const pending = tokens.parse(verifier, keys.handle, `${header}.${emptyPayload}.${signature}`);
  if ("ok" in pending) return false;
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  const holds = await keys.signatures.holds(pending.keyIndex, pending.signature, signed);
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
  text: string,
  now: number,
): Promise<StatusList | null> {
  const [header, payload, signature, ...more] = text.trim().split(".");
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) return null;
  if (!(await signatureHolds(tokens, verifier, keys, [header, payload, signature]))) return null;

  const claims = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(decodeBase64url(payload))) as ListClaims;
  const { sub, iat, exp, status_list: statusList } = claims;
  if (sub !== uri || typeof iat !== "number") return null;
  const expiresAt = exp === undefined ? Number.POSITIVE_INFINITY : typeof exp === "number" ? exp * 1000 : Number.NaN;
  if (!(now < expiresAt)) return null;
  if (typeof statusList?.lst !== "string" || typeof statusList.bits !== "number") return null;

  const bytes = await inflate(decodeBase64url(statusList.lst));
  const list = tokens.newList(bytes, statusList.bits);
  return typeof list === "number" ? { list, expiresAt, issuedAt: iat * 1000 } : null;
}
