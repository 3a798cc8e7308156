import { html, nothing, type TemplateResult } from "lit";
import type { Grant } from "../client/wire.js";
import type { Language } from "../i18n/language.js";
import { momentLabel } from "../i18n/format.js";
import { withinSentence } from "../i18n/names.js";

/** What the user has done to a form so far. */
export interface ConsentDraft {
  readonly unticked: ReadonlySet<string>;
  /** `YYYY-MM-DD` while a date is being picked, "" before one is chosen, null while none is. */
  readonly date: string | null;
  /** The end that the last choice comes to now, where that is another than was shown. */
  readonly moved: number | null;
  /** Everything was unticked. */
  readonly needScope: boolean;
  /** Whether access that is in force is being changed. */
  readonly changing: boolean;
}

export const untouched: ConsentDraft = { unticked: new Set(), date: null, moved: null, needScope: false, changing: false };

/** What stands between the words of a request or of a change, and what these are about. */
export interface ConsentForm {
  readonly grant: Grant;
  readonly draft: ConsentDraft;
  readonly language: Language;
  readonly timeZone: string;
  readonly scopes: TemplateResult;
  readonly choices: TemplateResult;
  readonly problem: TemplateResult;
  /** The core cannot be had: no end can be shown, so nothing can be given. */
  readonly noCore: boolean;
}

/** The choices, and what there is to say about the last one. */
function answers({ draft, language, timeZone, choices, problem, noCore }: ConsentForm): TemplateResult {
  const { prompt, common } = language.messages;
  const notice = (kind: string, text: string): TemplateResult =>
    html`<p class="notice ${kind}" role="alert"><span class="dot" aria-hidden="true"></span>${text}</p>`;
  const moved = draft.moved === null ? null : prompt.endMoved(momentLabel(draft.moved, timeZone, language.locale));
  return html`${noCore ? notice("bad", common.noCore) : nothing} ${choices}
  ${moved === null ? nothing : notice("wait", moved)} ${draft.needScope ? notice("bad", prompt.noScope) : nothing} ${problem}`;
}

/** The question: who wants in, why, for what, until when, and what it means to say yes. */
export function requestForm(form: ConsentForm): TemplateResult {
  const { grant, language, timeZone, scopes } = form;
  const { prompt } = language.messages;
  const agent = withinSentence(grant.agentName ?? prompt.anyAgent);
  return html`
    <header>
      <span class="face" aria-hidden="true">${/[\p{L}\p{N}]/u.exec(agent)?.[0].toUpperCase()}</span>
      <p class="eyebrow">
        ${prompt.title}${grant.ticketId === null
          ? nothing
          : html`<span class="ticket">${prompt.ticket} ${withinSentence(grant.ticketId)}</span>`}
      </p>
      <h2 id="title">${prompt.question(agent)}</h2>
    </header>
    ${grant.reason === undefined
      ? nothing
      : html`<figure part="reason">
          <figcaption class="label">${prompt.reason}</figcaption>
          <blockquote dir="auto">${grant.reason}</blockquote>
        </figure>`}
    ${scopes} ${answers(form)}
    <p class="muted small" part="note">
      ${prompt.note}
      ${grant.pendingUntil === undefined
        ? nothing
        : html`<br />${prompt.answerBy(momentLabel(Date.parse(grant.pendingUntil), timeZone, language.locale))}`}
    </p>
  `;
}

/** Another end, or less, for access that is in force; it stays as it is until something is chosen. */
export function changeForm(form: ConsentForm): TemplateResult {
  const { grant, language, timeZone, scopes } = form;
  const { prompt } = language.messages;
  const agent = withinSentence(grant.agentName ?? prompt.anyAgent);
  const until = momentLabel(Date.parse(grant.grantedUntil ?? ""), timeZone, language.locale);
  return html`
    <h2 id="title" tabindex="-1">${prompt.changing(agent)}</h2>
    <p class="muted small">${prompt.changingNote(until)}</p>
    ${scopes} ${answers(form)}
  `;
}
