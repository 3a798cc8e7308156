import type { CoreError } from "./core/error.js";
import { loadModule } from "./core/module.js";
import { TokenCalls } from "./core/token.js";
import { HallpassConfigurationError, type JsonWebKeySet } from "./edge/keys.js";
import { signatureCheck } from "./edge/signature.js";

/** What a consent receipt says; named after ISO/IEC TS 27560 and the W3C's Data Privacy Vocabulary. */
export interface ConsentReceipt {
  /** The server that signed it. */
  readonly iss: string;
  readonly jti: string;
  /** When, in seconds since the epoch. */
  readonly iat: number;
  readonly "dct:replaces"?: string;
  readonly "dpv:hasRecordOfActivity": {
    /** The grant's id. */
    readonly "dct:identifier": string;
    readonly "dpv:hasDataSubject": ReceiptParty;
    readonly "dpv:hasDataController": ReceiptParty;
    readonly "dpv:hasProcess": {
      readonly "dct:description"?: string;
      readonly "dpv:hasRecipient": ReceiptParty | "urn:hallpass:any-agent";
      readonly "hallpass:ticket": string | null;
      /** Null: everything that the user can do. */
      readonly "hallpass:scopes": readonly string[] | null;
    };
    readonly "dpv:hasNotice": {
      readonly "dct:language"?: string;
      /** What the user read, as their own client reported it; null where it reported nothing. */
      readonly "dct:description": string | null;
    };
    readonly "dpv:hasConsentStatus": {
      readonly "@type": "dpv:ConsentGiven" | "dpv:RenewedConsentGiven" | "dpv:ConsentWithdrawn" | "dpv:ConsentRevoked";
      readonly "dpv:isIndicatedAtTime": string;
      readonly "dpv:hasDuration"?: { readonly "schema:endTime": string };
    };
  };
}

export interface ReceiptParty {
  readonly "@id": string;
  readonly "schema:name"?: string;
}

export type ReceiptResult =
  | { readonly ok: true; readonly receipt: ConsentReceipt }
  | { readonly ok: false; readonly error: CoreError };

/** The header's `typ`. An act-as token has another one, so that neither passes for the other. */
const receiptType = "consent-receipt+jwt";

interface Checker {
  readonly tokens: TokenCalls;
  readonly verifier: number;
}
let checker: Promise<Checker> | null = null;

/** Issuer and audience are an act-as token's business: of a receipt the core looks at form, `typ` and signature. */
async function newChecker(): Promise<Checker> {
  const { exports, memory, scopes } = await loadModule();
  const tokens = new TokenCalls(exports, memory, scopes);
  return { tokens, verifier: tokens.newVerifier(receiptType, receiptType, [receiptType], 0) };
}

/** Made once: what the core holds for it stays. A failure is not worth remembering. */
function receiptChecker(): Promise<Checker> {
  checker ??= newChecker().catch((error: unknown) => {
    checker = null;
    throw error;
  });
  return checker;
}

/**
 * Checks a consent receipt, without a network: its form, its `typ`, and its signature (EdDSA alone).
 * @param receipt as it was downloaded
 * @param keys the server's `/.well-known/receipt-keys.json`, as it was kept or fetched
 * @throws HallpassConfigurationError where the keys cannot be used
 * @example
 * const keys = await (await fetch("https://api.example.com/.well-known/receipt-keys.json")).json();
 * const result = await verifyReceipt(await file.text(), keys);
 */
export async function verifyReceipt(receipt: string, keys: JsonWebKeySet): Promise<ReceiptResult> {
  const { tokens, verifier } = await receiptChecker();
  const loaded = tokens.newKeys(JSON.stringify(keys) ?? "");
  if ("ok" in loaded) throw new HallpassConfigurationError(loaded.error);
  try {
    const text = receipt.trim();
    const pending = tokens.parse(verifier, loaded.handle, text);
    if ("ok" in pending) return pending;
    const holds =
      loaded.keys[pending.keyIndex]?.algorithm === "EdDSA" &&
      (await signatureCheck(loaded.keys)(pending.keyIndex, pending.signature, pending.signingInput));
    const error = tokens.acceptSigned(pending, loaded.handle, holds);
    return error === null ? { ok: true, receipt: payloadOf(text) } : { ok: false, error };
  } finally {
    tokens.freeKeys(loaded.handle);
  }
}

/** The claims of a receipt that the core has found to be strict JSON in canonical base64url. */
function payloadOf(receipt: string): ConsentReceipt {
  const payload = receipt.split(".")[1] ?? "";
  const binary = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as ConsentReceipt;
}
