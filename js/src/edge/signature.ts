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

/** Whether the signature over some bytes holds with the key of that index. What WebCrypto rejects does not hold. */
export type SignatureCheck = (
  index: number,
  signature: Uint8Array<ArrayBuffer>,
  signedBytes: Uint8Array<ArrayBuffer>,
) => Promise<boolean>;

/** Keys as WebCrypto holds them, imported when first used. A key that it will not take verifies nothing. */
export function signatureCheck(keys: readonly VerificationKey[]): SignatureCheck {
  const imported: (readonly [(typeof parameters)[Algorithm], CryptoKey])[] = [];
  const importAndCheck: SignatureCheck = async (index, signature, signedBytes) => {
    const key = keys[index];
    if (key === undefined) return false;
    const how = parameters[key.algorithm];
    try {
      const cryptoKey = await crypto.subtle.importKey("raw", key.material, how, false, ["verify"]);
      imported[index] = [how, cryptoKey];
      return await crypto.subtle.verify(how, cryptoKey, signature, signedBytes);
    } catch {
      return false;
    }
  };
  // With a key that is there, WebCrypto's own promise is the only one.
  return (index, signature, signedBytes) => {
    const known = imported[index];
    return known === undefined
      ? importAndCheck(index, signature, signedBytes)
      : crypto.subtle.verify(...known, signature, signedBytes);
  };
}
