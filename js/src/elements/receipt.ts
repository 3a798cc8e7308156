import { html, nothing, type TemplateResult } from "lit";
import type { HallpassClient } from "../client/hallpass-client.js";
import type { Grant, ShownWording } from "../client/wire.js";
import type { EssentialMessages } from "../i18n/messages.js";
import type { ButtonOptions } from "./hallpass-element.js";
import { saveFile } from "./save-file.js";

const shownMaxChars = 4_000;

/** What a prompt says at this moment, word for word; nothing where it is more than a receipt takes. */
export function wordingOn(prompt: HTMLElement | DocumentFragment, locale: string): { readonly shown?: ShownWording } {
  const text = prompt.querySelector<HTMLElement>(".card")?.innerText.trim() ?? "";
  return text === "" || [...text].length > shownMaxChars ? {} : { shown: { text, locale } };
}

/** Saves the newest receipt of a grant as a file. */
export async function saveReceipt(client: HallpassClient, grantId: string): Promise<void> {
  const [newest] = (await client.receipts.list({ grantId, limit: 1 })).items;
  if (newest === undefined) return; // consent of a time before there were receipts
  saveFile(`hallpass-receipt-${newest.id}.jwt`, "application/octet-stream", await client.receipts.download(newest.id));
}

/** The button that saves the receipt of what was granted: for the user alone, as the server has it too. */
export function receiptOffer(
  grant: Grant,
  words: EssentialMessages,
  button: (options: ButtonOptions) => TemplateResult,
  save: () => void,
): TemplateResult | typeof nothing {
  if (grant.grantedAt === undefined) return nothing;
  return html`<div part="receipt">
    ${button({ name: "receipt", kind: "plain", label: words.prompt.receipt, click: save })}
  </div>`;
}
