import type { VerificationKey } from "../core/token.js";
import type { Algorithm } from "../generated/constants.js";

// WebCrypto's names for the three algorithms. The key decides which one is used, never the token.
const imports: Record<Algorithm, AlgorithmIdentifier | HmacImportParams | EcKeyImportParams> = {
  EdDSA: { name: "Ed25519" },
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  HS256: { name: "HMAC", hash: "SHA-256" },
};
const checks: Record<Algorithm, AlgorithmIdentifier | EcdsaParams> = {
  EdDSA: { name: "Ed25519" },
  ES256: { name: "ECDSA", hash: "SHA-256" },
  HS256: { name: "HMAC" },
};

/** Keys as WebCrypto holds them, imported when first used. */
export class SignatureChecker {
  readonly #keys: readonly VerificationKey[];
  readonly #imported: (CryptoKey | undefined)[];

  constructor(keys: readonly VerificationKey[]) {
    this.#keys = keys;
    this.#imported = keys.map(() => undefined);
  }

  /** Whether the signature holds. A key that WebCrypto will not take verifies nothing. */
  async holds(
    index: number,
    signature: Uint8Array<ArrayBuffer>,
    signedBytes: Uint8Array<ArrayBuffer>,
  ): Promise<boolean> {
    const key = this.#keys[index];
    if (key === undefined) return false;
    try {
      const imported =
        this.#imported[index] ??
        (await crypto.subtle.importKey("raw", key.material, imports[key.algorithm], false, ["verify"]));
      this.#imported[index] = imported;
      return await crypto.subtle.verify(checks[key.algorithm], imported, signature, signedBytes);
    } catch {
      return false;
    }
  }
}
