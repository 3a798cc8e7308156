import { html, nothing, type TemplateResult } from "lit";
import type { Policy, StartedSession } from "../client/wire.js";
import { limits, type Profile, profiles } from "../generated/constants.js";
import type { Messages } from "../i18n/messages.js";
import { screenWords } from "../i18n/screens.js";
import { withinSentence } from "../i18n/names.js";
import { reasonFits } from "./access-request-form.js";
import { HallpassElement } from "./hallpass-element.js";
import { scopeChoice } from "./scope-choice.js";
import { startDialogStyle } from "./start-dialog.style.js";

/** Durations that are offered, in minutes, as far as the tenant's policy allows them. */
const durations = [5, 15, 30, 60, 120] as const;

/** How long a session may be asked for, in minutes. */
export type DurationLimits = Pick<Policy, "ttlMinMinutes" | "ttlDefaultMinutes" | "ttlMaxMinutes">;

/** The usual durations within the limits, and the default whatever it is, in order. */
export function offeredDurations({ ttlMinMinutes, ttlDefaultMinutes, ttlMaxMinutes }: DurationLimits): number[] {
  const fitting = durations.filter((minutes) => minutes >= ttlMinMinutes && minutes <= ttlMaxMinutes);
  return [...new Set([...fitting, ttlDefaultMinutes])].sort((left, right) => left - right);
}

/**
 * The last step before acting as somebody: why, for how long, with which scopes, and what it means.
 * Open it with `open()`. The server decides; what it refuses is said here.
 *
 * @tag hallpass-start-dialog
 * @fires {CustomEvent<StartedSession>} hallpass-started - the session, with its address
 * @csspart dialog - the dialog
 * @csspart scopes - what is needed
 * @csspart warning - what acting means
 */
export class HallpassStartDialog extends HallpassElement {
  static override styles = [...HallpassElement.styles, startDialogStyle];

  static override properties = {
    ...HallpassElement.properties,
    tenantId: { attribute: "tenant-id" },
    tenantClaim: { attribute: "tenant-claim" },
    profile: {},
    policy: { attribute: false },
    ticketId: { attribute: "ticket-id" },
    targetUserId: { attribute: "target-user-id" },
    targetName: { attribute: "target-name" },
    reason: {},
    scopes: { attribute: false },
    scopeLabels: { attribute: false },
    unticked: { state: true },
    minutes: { state: true },
    tried: { state: true },
  };

  declare tenantId: string;
  declare tenantClaim: "tenantId" | "lawFirmId";
  /** The tenant's policy profile: it tells which durations there are, unless `policy` does. */
  declare profile: Profile;
  /** The limits in force for the tenant, as `/api/v1/me` tells them. */
  declare policy: DurationLimits | null;
  declare ticketId: string | undefined;
  declare targetUserId: string;
  declare targetName: string;
  declare reason: string;
  /** What consent covers; null where it was not narrowed. */
  declare scopes: readonly string[] | null;
  declare scopeLabels: Readonly<Record<string, string>>;
  declare private unticked: ReadonlySet<string>;
  declare private minutes: number | null;
  declare private tried: boolean;

  constructor() {
    super();
    this.tenantId = "";
    this.tenantClaim = "tenantId";
    this.profile = "consent";
    this.policy = null;
    this.targetUserId = "";
    this.targetName = "";
    this.reason = "";
    this.scopes = null;
    this.scopeLabels = {};
    this.unticked = new Set();
    this.minutes = null;
    this.tried = false;
  }

  protected override get words(): Messages {
    return screenWords(this.language);
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  /** Shows the dialog over the page; the focus goes back where it was once it closes. */
  async open(): Promise<void> {
    this.problem = null;
    this.tried = false;
    this.unticked = new Set();
    await this.updateComplete;
    this.#dialog?.showModal();
  }

  close(): void {
    this.#dialog?.close();
  }

  protected override render(): TemplateResult {
    const { start, panel } = this.words;
    const complain = this.tried && !reasonFits(this.reason);
    return html`<dialog part="dialog" aria-labelledby="title" @cancel=${(event: Event) => this.#onCancel(event)}>
      <form class="stack" @submit=${(event: SubmitEvent) => event.preventDefault()}>
        <h2 id="title">${start.title(withinSentence(this.targetName))}</h2>
        <div>
          <label class="label" for="reason">${start.reason}</label>
          <textarea
            id="reason"
            rows="3"
            required
            maxlength=${limits.reasonMaxChars * 2}
            aria-invalid=${complain ? "true" : nothing}
            aria-describedby="reason-hint"
            .value=${this.reason}
            @input=${(event: InputEvent) => {
              this.reason = (event.target as HTMLTextAreaElement).value;
            }}
          ></textarea>
          <p id="reason-hint" class="small error when-full" aria-live="polite">
            ${complain
              ? html`<span>${panel.reasonLength(limits.reasonMinChars, limits.reasonMaxChars)}</span>`
              : nothing}
          </p>
        </div>
        ${this.#renderDuration()} ${this.#renderScopes()}
        <p class="notice wait" part="warning"><span class="dot" aria-hidden="true"></span>${start.warning}</p>
        ${this.problemNotice()}
        <div class="actions">
          ${this.button({ name: "start", kind: "primary", label: start.confirm, click: () => void this.#start() })}
          ${this.button({ name: "cancel", kind: "plain", label: start.cancel, click: () => this.close() })}
        </div>
      </form>
    </dialog>`;
  }

  #renderDuration(): TemplateResult {
    const { start } = this.words;
    const limitsOfTenant = this.policy ?? profiles[this.profile];
    const chosen = this.minutes ?? limitsOfTenant.ttlDefaultMinutes;
    return html`<div>
      <label class="label" for="duration">${start.duration}</label>
      <select
        id="duration"
        @change=${(event: Event) => {
          this.minutes = Number((event.target as HTMLSelectElement).value);
        }}
      >
        ${offeredDurations(limitsOfTenant).map(
          (minutes) => html`<option value=${minutes} ?selected=${minutes === chosen}>${start.minutes(minutes)}</option>`,
        )}
      </select>
    </div>`;
  }

  #renderScopes(): TemplateResult | typeof nothing {
    if (this.scopes === null) return nothing;
    return scopeChoice({
      asked: this.scopes,
      unticked: this.unticked,
      labels: this.scopeLabels,
      legend: this.words.start.scopes,
      words: this.words,
      change: (unticked) => {
        this.unticked = unticked;
      },
    });
  }

  /** Escape must not hide a start that is under way. */
  #onCancel(event: Event): void {
    if (this.busy !== null) event.preventDefault();
  }

  async #start(): Promise<void> {
    this.tried = true;
    if (!reasonFits(this.reason)) {
      this.renderRoot.querySelector("textarea")?.focus();
      return;
    }
    const ticked = this.scopes?.filter((scope) => !this.unticked.has(scope));
    const narrowed = ticked !== undefined && ticked.length > 0 && this.unticked.size > 0 ? { scopes: ticked } : {};
    const started = await this.act("start", () =>
      this.api.sessions.start({
        tenantId: this.tenantId,
        tenantClaim: this.tenantClaim,
        targetUserId: this.targetUserId,
        reason: this.reason.trim(),
        ...(this.ticketId === undefined ? {} : { ticketId: this.ticketId }),
        ...(this.minutes === null ? {} : { durationMinutes: this.minutes }),
        ...narrowed,
      }),
    );
    if (started === undefined) return;
    this.close();
    this.announce<StartedSession>("hallpass-started", started);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-start-dialog": HallpassStartDialog;
  }
}
