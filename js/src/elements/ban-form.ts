import { html, type TemplateResult } from "lit";
import type { Messages } from "../i18n/messages.js";
import { reasonFits } from "./access-request-form.js";
import type { ButtonOptions } from "./hallpass-element.js";

export interface BanForm {
  readonly reason: string;
  readonly words: Messages;
  button(options: ButtonOptions): TemplateResult;
  change(reason: string): void;
  confirm(): void;
  cancel(): void;
}

/** Why somebody is banned: without a reason nobody is. */
export function banForm({ reason, words: { users }, button, change, confirm, cancel }: BanForm): TemplateResult {
  return html`<form class="ban stack" @submit=${(event: SubmitEvent) => event.preventDefault()}>
    <div>
      <label class="label" for="ban-reason">${users.banReason}</label>
      <input
        id="ban-reason"
        .value=${reason}
        @input=${(event: InputEvent) => change((event.target as HTMLInputElement).value)}
      />
    </div>
    <div class="actions">
      ${button({ name: "confirm", kind: "danger", label: users.confirm, disabled: !reasonFits(reason), click: confirm })}
      ${button({ name: "cancel", kind: "plain", label: users.cancel, click: cancel })}
    </div>
  </form>`;
}
