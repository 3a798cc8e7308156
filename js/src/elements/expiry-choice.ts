import { html, nothing, type TemplateResult } from "lit";
import type { Consent } from "../client/wire.js";
import type { ScreenCore } from "./screen-core.js";
import { dayLabel, momentLabel } from "../i18n/format.js";
import type { Language } from "../i18n/language.js";
import type { ButtonOptions } from "./hallpass-element.js";
import { type Choice, type ChoiceName, choose } from "./choices.js";

/** What the question "until when?" needs to know, and whom to tell. */
export interface ExpiryQuestion {
  readonly core: ScreenCore | null;
  readonly now: number;
  readonly timeZone: string;
  readonly language: Language;
  /** `YYYY-MM-DD` while a date is being picked, "" before one is chosen, null while none is. */
  readonly date: string | null;
  button(options: ButtonOptions): TemplateResult;
  pickDate(date: string | null): void;
  give(name: ChoiceName, choice: Consent, until: number): void;
  /** What the button that takes a picked date is called. */
  readonly take: string;
  /** What else can be done, beside picking a date. */
  readonly otherwise: unknown;
}

const presets = ["end_of_today", "end_of_tomorrow", "one_week"] as const;

type Found = Extract<Choice, { ok: true }>;

function found(question: ExpiryQuestion, name: ChoiceName, date?: string): Choice | null {
  const { core, now, timeZone } = question;
  return core === null ? null : choose(core, name, now, timeZone, date);
}

/** "through 7 May, ends Fri 8 May, 00:00 CEST": the exact end, before anything is chosen. */
function ending({ now, timeZone, language: { locale, messages } }: ExpiryQuestion, choice: Found): TemplateResult {
  return html`<span>${messages.common.through(dayLabel(choice.lastDay, now, locale))}</span>
    <span class="exact">${messages.prompt.exactEnd(momentLabel(choice.until, timeZone, locale))}</span>`;
}

/** The presets, each with its exact end, then [Pick a date] and what else can be done. */
export function presetChoices(question: ExpiryQuestion): TemplateResult {
  const { prompt } = question.language.messages;
  const labels = { end_of_today: prompt.today, end_of_tomorrow: prompt.tomorrow, one_week: prompt.oneWeek };
  const preset = (name: (typeof presets)[number]): TemplateResult => {
    const choice = found(question, name);
    // The button's own text stays short; the card around it presses it too.
    return html`<div class="preset">
      ${question.button({
        name,
        kind: "choice",
        disabled: choice?.ok !== true,
        describedBy: `${name}-end`,
        label: labels[name],
        click: () => {
          if (choice?.ok === true) question.give(name, { preset: name }, choice.until);
        },
      })}
      <span class="end" id="${name}-end">${choice?.ok === true ? ending(question, choice) : nothing}</span>
    </div>`;
  };
  return html`<div class="choices" role="group" aria-label=${prompt.choose}>
    <div class="presets">${presets.map(preset)}</div>
    <div class="actions">
      ${question.button({
        name: "pick",
        label: prompt.pickDate,
        disabled: question.core === null,
        click: () => question.pickDate(""),
      })}
      ${question.otherwise}
    </div>
  </div>`;
}

/** A day of one's own, with the exact end that it comes to. */
export function dateChoice(question: ExpiryQuestion): TemplateResult {
  const { prompt, problems, common } = question.language.messages;
  const date = question.date ?? "";
  const today = found(question, "end_of_today");
  const choice = date === "" ? null : found(question, "date", date);
  const give = (): void => {
    if (choice?.ok === true) question.give("date", { date }, choice.until);
  };
  return html`<form
    class="picker"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      give();
    }}
  >
    <label class="label" for="date">${prompt.date}</label>
    <input
      id="date"
      type="date"
      required
      min=${today?.ok === true ? today.lastDay : nothing}
      aria-describedby="date-end"
      .value=${date}
      @input=${(event: InputEvent) => question.pickDate((event.target as HTMLInputElement).value)}
    />
    <p id="date-end" class="small ${choice?.ok === false ? "error" : "muted"}" aria-live="polite">
      ${choice === null
        ? nothing
        : choice.ok
          ? html`<span class="end">${ending(question, choice)}</span>`
          : (problems[choice.key] ?? common.failed)}
    </p>
    <div class="actions">
      ${question.button({
        name: "date",
        kind: "primary",
        label: question.take,
        disabled: choice?.ok !== true,
        click: give,
      })}
      ${question.button({ name: "back", kind: "plain", label: prompt.back, click: () => question.pickDate(null) })}
    </div>
  </form>`;
}
