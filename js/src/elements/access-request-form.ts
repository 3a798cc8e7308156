import { html, nothing, type TemplateResult } from "lit";
import { limits } from "../generated/constants.js";
import type { Messages } from "../i18n/messages.js";
import type { ButtonOptions } from "./hallpass-element.js";
import { type ScopeChoice, scopeChoice } from "./scope-choice.js";

/** An agent's request, while it is being written. */
export interface AccessRequestDraft {
  readonly reason: string;
  /** Whether sending was tried, so that what is wrong is said. */
  readonly tried: boolean;
  readonly unticked: ReadonlySet<string>;
}

export const emptyDraft: AccessRequestDraft = { reason: "", tried: false, unticked: new Set() };

/** Whether the core would take the reason: 5 to 500 characters after trimming. */
export function reasonFits(reason: string): boolean {
  const length = [...reason.trim()].length;
  return length >= limits.reasonMinChars && length <= limits.reasonMaxChars;
}

export interface AccessRequestForm {
  readonly draft: AccessRequestDraft;
  readonly scopes: readonly string[] | undefined;
  readonly labels: ScopeChoice["labels"];
  readonly words: Messages;
  button(options: ButtonOptions): TemplateResult;
  change(draft: AccessRequestDraft): void;
  send(): void;
  cancel(): void;
}

/** The form in which an agent says why access is needed, and to what. */
export function accessRequestForm(form: AccessRequestForm): TemplateResult {
  const { draft, words, scopes } = form;
  const { panel } = words;
  const complain = draft.tried && !reasonFits(draft.reason);
  const hint = complain ? panel.reasonLength(limits.reasonMinChars, limits.reasonMaxChars) : panel.reasonHint;
  return html`<form class="stack" part="form" @submit=${(event: SubmitEvent) => event.preventDefault()}>
    <div>
      <label class="label" for="reason">${panel.reason}</label>
      <textarea
        id="reason"
        rows="3"
        required
        maxlength=${limits.reasonMaxChars * 2}
        aria-describedby="reason-hint"
        aria-invalid=${complain ? "true" : nothing}
        .value=${draft.reason}
        @input=${(event: InputEvent) =>
          form.change({ ...draft, reason: (event.target as HTMLTextAreaElement).value })}
      ></textarea>
      <p id="reason-hint" class="small hint ${complain ? "error" : "muted"}" aria-live="polite">${hint}</p>
    </div>
    ${scopes === undefined
      ? nothing
      : scopeChoice({
          asked: scopes,
          unticked: draft.unticked,
          labels: form.labels,
          legend: panel.scopes,
          words,
          change: (unticked) => form.change({ ...draft, unticked }),
        })}
    <div class="actions">
      ${form.button({ name: "send", kind: "primary", label: panel.send, click: () => form.send() })}
      ${form.button({ name: "cancel", kind: "plain", label: panel.cancel, click: () => form.cancel() })}
    </div>
  </form>`;
}
