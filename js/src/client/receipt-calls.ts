import type { PageQuery } from "./hallpass-client.js";
import type { Transport } from "./transport.js";
import type { Page, Receipt } from "./wire.js";

const receipts = "/api/v1/me/receipts";

/** The caller's own receipts: what they consented to, signed by the server. */
export class ReceiptCalls {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Newest first. */
  list(query: PageQuery & { readonly grantId?: string } = {}): Promise<Page<Receipt>> {
    return this.#transport.get(receipts, { ...query });
  }

  /** The receipt as it was signed: a JWS, for `verifyReceipt` of `hallpass`. */
  async download(id: string): Promise<string> {
    const response = await this.#transport.send(`${receipts}/${encodeURIComponent(id)}`, { method: "GET" });
    if (!response.ok) throw await this.#transport.refusal(response);
    return response.text();
  }

  /** Every key that ever signed a receipt there, as a JWKS to be kept beside them. */
  keys(): Promise<{ readonly keys: readonly object[] }> {
    return this.#transport.get("/.well-known/receipt-keys.json");
  }
}
