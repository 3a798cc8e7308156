import type { VerificationKey } from "../core/token.js";
import type { Algorithm } from "../generated/constants.js";

/**
 * WebCrypto's names for the three algorithms: what importing a key needs and what checking a signature
 * needs in one, since each takes no notice of the other's. The key decides which one is used, never the token.
 */
const parameters: Record<Algorithm, AlgorithmIdentifier | (EcKeyImportParams & EcdsaParams) | HmacImportParams> = {
  EdDSA: { name: "Ed25519" },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  HS256: { name: "HMAC", hash: "SHA-256" },
};

/** Whether the signature over some bytes holds with the key of that index. */
export type SignatureCheck = (
  index: number,
  signature: Uint8Array<ArrayBuffer>,
  signedBytes: Uint8Array<ArrayBuffer>,
) => Promise<boolean>;

/** Keys as WebCrypto holds them, imported when first used. A key that it will not take verifies nothing. */
export function signatureCheck(keys: readonly VerificationKey[]): SignatureCheck {
  const imported: CryptoKey[] = [];
  return async (index, signature, signedBytes) => {
    const key = keys[index];
    if (key === undefined) return false;
    const { algorithm, material } = key;
    try {
      imported[index] ??= await crypto.subtle.importKey("raw", material, parameters[algorithm], false, ["verify"]);
      return await crypto.subtle.verify(parameters[algorithm], imported[index], signature, signedBytes);
    } catch {
      return false;
    }
  };
}
