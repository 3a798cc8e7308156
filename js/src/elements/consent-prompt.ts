import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Consent, Grant, Session } from "../client/wire.js";
import { momentLabel, scopeLabel } from "../i18n/format.js";
import { type Choice, type ChoiceName, choose, isReadScope, lastDayLabel } from "./choices.js";
import { consentPromptStyle } from "./consent-prompt.style.js";
import { HallpassElement, type LiveEvent } from "./hallpass-element.js";
import { statusAt } from "./status.js";
import { type Timed, ticker } from "./ticker.js";

/** `detail` of `hallpass-grant-changed`. */
export interface GrantChanged {
  readonly grant: Grant;
}

const presets = ["end_of_today", "end_of_tomorrow", "one_week"] as const;

/**
 * Asks a user for consent: who wants in, why, for what, until when. Shows nothing while nobody
 * asks. Give it `ticket-id` or `grant-id` and it follows the live events by itself, or set `grant`.
 *
 * @fires hallpass-grant-changed - the grant was answered, withdrawn or has changed
 * @csspart card, reason, scopes, choice, note, button, problem
 */
export class HallpassConsentPrompt extends HallpassElement implements Timed {
  static override styles = [...HallpassElement.styles, consentPromptStyle];

  static override properties = {
    ...HallpassElement.properties,
    ticketId: { attribute: "ticket-id" },
    grantId: { attribute: "grant-id" },
    timeZone: { attribute: "time-zone" },
    grant: { attribute: false },
    scopeLabels: { attribute: false },
    picking: { state: true },
    date: { state: true },
    unticked: { state: true },
    session: { state: true },
    moved: { state: true },
    noCore: { state: true },
    needScope: { state: true },
  };

  declare ticketId: string | undefined;
  declare grantId: string | undefined;
  /** The user's IANA zone; without it the one of their profile. */
  declare timeZone: string | undefined;
  declare grant: Grant | undefined;
  /** How the host calls its scopes: `{"parcels:read": "See your parcels"}`. */
  declare scopeLabels: Readonly<Record<string, string>>;
  declare private picking: boolean;
  declare private date: string;
  declare private unticked: ReadonlySet<string>;
  declare private session: Session | null;
  declare private moved: number | null;
  declare private noCore: boolean;
  declare private needScope: boolean;
  #profileZone: string | null = null;
  #me: string | null = null;
  #nextWake: number | null = null;

  constructor() {
    super();
    this.scopeLabels = {};
    this.picking = false;
    this.date = "";
    this.unticked = new Set();
    this.session = null;
    this.moved = null;
    this.noCore = false;
    this.needScope = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    ticker.add(this);
    this.listen({ event: (event) => this.#onEvent(event), resync: () => void this.load() });
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    ticker.remove(this);
  }

  protected override coreFailed(): void {
    this.noCore = true;
  }

  tick(): { now: number; nextWake: number | null } {
    this.requestUpdate(); // presets move at midnight, and an end may have come
    return { now: this.api.clock.now(), nextWake: this.#nextWake };
  }

  /** Reads the grant anew. */
  async load(): Promise<void> {
    const { grantId, ticketId } = this;
    try {
      const me = await this.api.me();
      this.#profileZone = me.timeZone;
      this.#me = me.id;
      if (grantId) this.grant = await this.api.grants.get(grantId);
      else if (ticketId) {
        const { items } = await this.api.grants.list({ ticketId, subjectId: me.id, limit: 50 });
        this.grant = mostPressing(items) ?? this.grant;
      }
      if (this.grant?.status === "granted") await this.#findSession(this.grant.id);
      this.requestUpdate();
    } catch {
      // Nothing is asked as far as this page knows; the live stream tries again and says so.
    }
  }

  async #findSession(grantId: string): Promise<void> {
    const { items } = await this.api.sessions.active();
    this.session = items.find((session) => session.grantId === grantId) ?? null;
  }

  #onEvent({ name, grant, session }: LiveEvent): void {
    if (grant !== undefined && this.#concerns(grant)) {
      // A further agent's request waits until this one is answered or over.
      if (this.grant === undefined || this.grant.id === grant.id || mostPressing([this.grant, grant]) === grant) {
        this.#adopt(grant);
      }
    }
    if (session !== undefined && session.grantId === this.grant?.id) {
      this.session = name === "impersonation_started" ? session : null;
    }
  }

  #concerns(grant: Grant): boolean {
    if (this.#me !== null && grant.subjectId !== this.#me) return false;
    return this.grantId ? grant.id === this.grantId : grant.ticketId === (this.ticketId ?? grant.ticketId);
  }

  #adopt(grant: Grant): void {
    if (this.grant?.id !== grant.id) {
      this.unticked = new Set();
      this.picking = false;
      this.session = null;
    }
    if (grant.status !== "granted") this.session = null;
    this.grant = grant;
    this.problem = null;
    this.announce<GrantChanged>("hallpass-grant-changed", { grant });
  }

  get #zone(): string {
    return this.timeZone ?? this.#profileZone ?? this.viewerZone;
  }

  #choice(name: ChoiceName, date?: string): Choice | null {
    if (this.core === null) return null;
    return choose(this.core, name, this.api.clock.now(), this.#zone, date);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (changed.has("ticketId") || changed.has("grantId")) {
      if (this.hasUpdated && changed.get("ticketId") !== undefined) void this.load();
    }
    if (changed.has("grant")) ticker.poke();
  }

  protected override render(): TemplateResult | typeof nothing {
    const grant = this.grant;
    if (grant === undefined) return nothing;
    const now = this.api.clock.now();
    const status = statusAt(grant, now);
    const until = status === "pending" ? grant.pendingUntil : status === "granted" ? grant.grantedUntil : undefined;
    this.#nextWake = until === undefined ? null : Date.parse(until);
    const body = status === "pending" ? this.#renderQuestion(grant) : this.#renderOutcome(grant, status, now);
    return html`<section class="card" part="card" aria-labelledby="title">${body} ${this.connectionNotice()}</section>`;
  }

  #renderQuestion(grant: Grant): TemplateResult {
    const { prompt } = this.words;
    const agent = grant.agentName ?? prompt.anyAgent;
    return html`
      <header>
        <span class="face" aria-hidden="true">${[...agent][0]?.toUpperCase()}</span>
        <p class="eyebrow">
          ${prompt.title}${grant.ticketId === null
            ? nothing
            : html`<span class="ticket">${prompt.ticket} ${grant.ticketId}</span>`}
        </p>
        <h2 id="title">${prompt.question(agent)}</h2>
      </header>
      ${grant.reason === undefined
        ? nothing
        : html`<figure part="reason">
            <figcaption class="label">${prompt.reason}</figcaption>
            <blockquote>${grant.reason}</blockquote>
          </figure>`}
      ${this.#renderScopes(grant)} ${this.picking ? this.#renderDatePicker() : this.#renderChoices()}
      ${this.moved === null
        ? nothing
        : html`<p class="notice wait" role="alert">
            <span class="dot" aria-hidden="true"></span>${prompt.endMoved(this.#moment(this.moved))}
          </p>`}
      ${this.needScope
        ? html`<p class="notice bad" role="alert"><span class="dot" aria-hidden="true"></span>${prompt.noScope}</p>`
        : nothing}
      ${this.problemNotice()}
      <p class="muted small" part="note">
        ${prompt.note}
        ${grant.pendingUntil === undefined
          ? nothing
          : html`<br />${prompt.answerBy(this.#moment(Date.parse(grant.pendingUntil)))}`}
      </p>
    `;
  }

  #renderScopes(grant: Grant): TemplateResult {
    const { prompt } = this.words;
    const asked = grant.requestedScopes;
    if (asked === null) {
      return html`<div part="scopes"><p class="label">${prompt.scopes}</p><p>${prompt.allScopes}</p></div>`;
    }
    const writes = asked.filter((scope) => !isReadScope(scope));
    const viewOnly = writes.length > 0 && writes.every((scope) => this.unticked.has(scope));
    return html`<fieldset part="scopes">
      <legend class="label">${prompt.scopes}</legend>
      <div class="scopes">
        ${asked.map(
          (scope) => html`<label class="check">
            <input
              type="checkbox"
              .checked=${!this.unticked.has(scope)}
              @change=${() => this.#toggle(scope)}
            /><span>${scopeLabel(scope, this.scopeLabels, this.words)}</span></label>`,
        )}
      </div>
      ${writes.length === 0 || writes.length === asked.length
        ? nothing
        : html`<button
            type="button"
            class="plain small"
            part="button view-only"
            aria-pressed=${viewOnly}
            @click=${() => {
              this.unticked = viewOnly ? new Set() : new Set(writes);
            }}
          >${prompt.viewOnly}</button>`}
    </fieldset>`;
  }

  #toggle(scope: string): void {
    const unticked = new Set(this.unticked);
    if (!unticked.delete(scope)) unticked.add(scope);
    this.unticked = unticked;
    this.needScope = false;
  }

  #renderChoices(): TemplateResult {
    const { prompt } = this.words;
    const labels = { end_of_today: prompt.today, end_of_tomorrow: prompt.tomorrow, one_week: prompt.oneWeek };
    const chosen = presets.map((name) => ({ name, choice: this.#choice(name) }));
    const next = chosen[0]?.choice;
    if (next?.ok === true) this.#nextWake = Math.min(this.#nextWake ?? next.until, next.until);
    return html`
      ${this.noCore ? html`<p class="notice bad" role="alert">${this.words.common.noCore}</p>` : nothing}
      <div class="choices" role="group" aria-label=${prompt.choose}>
        ${chosen.map(({ name, choice }) =>
          this.button({
            name,
            kind: "choice",
            disabled: choice?.ok !== true,
            labelledBy: `${name}-label`,
            describedBy: `${name}-end`,
            label: html`<span class="name" id="${name}-label">${labels[name]}</span>
              <span class="end" id="${name}-end">${choice?.ok === true ? this.#ending(choice) : nothing}</span>`,
            click: () => {
              if (choice?.ok === true) void this.#grant(name, { preset: name }, choice.until);
            },
          }),
        )}
        <div class="actions">
          ${this.button({
            name: "pick",
            label: prompt.pickDate,
            disabled: this.noCore,
            click: () => {
              this.picking = true;
              this.date = "";
              void this.updateComplete.then(() => this.renderRoot.querySelector("input")?.focus());
            },
          })}
          ${this.button({
            name: "decline",
            kind: "danger",
            label: prompt.decline,
            click: () => void this.#answer("decline", (id) => this.api.grants.decline(id)),
          })}
        </div>
      </div>
    `;
  }

  #ending(choice: { readonly until: number; readonly lastDay: string }): TemplateResult {
    const { common, prompt } = this.words;
    const day = lastDayLabel(choice.lastDay, this.api.clock.now(), this.language.locale);
    return html`<span>${common.through(day)}</span>
      <span class="exact">${prompt.exactEnd(this.#moment(choice.until))}</span>`;
  }

  #moment(instant: number): string {
    return momentLabel(instant, this.#zone, this.language.locale);
  }

  #renderDatePicker(): TemplateResult {
    const { prompt } = this.words;
    const today = this.#choice("end_of_today");
    const choice = this.date === "" ? null : this.#choice("date", this.date);
    return html`<form
      class="picker"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        if (choice?.ok === true) void this.#grant("date", { date: this.date }, choice.until);
      }}
    >
      <label class="label" for="date">${prompt.date}</label>
      <input
        id="date"
        type="date"
        required
        min=${today?.ok === true ? today.lastDay : nothing}
        aria-describedby="date-end"
        .value=${this.date}
        @input=${(event: InputEvent) => {
          this.date = (event.target as HTMLInputElement).value;
          this.problem = null;
        }}
      />
      <p id="date-end" class="small ${choice?.ok === false ? "error" : "muted"}" aria-live="polite">
        ${choice === null
          ? nothing
          : choice.ok
            ? html`<span class="end">${this.#ending(choice)}</span>`
            : (this.words.problems[choice.key] ?? this.words.common.failed)}
      </p>
      <div class="actions">
        ${this.button({
          name: "date",
          kind: "primary",
          label: prompt.giveAccess,
          disabled: choice?.ok !== true,
          click: () => {
            if (choice?.ok === true) void this.#grant("date", { date: this.date }, choice.until);
          },
        })}
        ${this.button({
          name: "back",
          kind: "plain",
          label: prompt.back,
          click: () => {
            this.picking = false;
          },
        })}
      </div>
    </form>`;
  }

  async #grant(name: string, choice: Consent, until: number): Promise<void> {
    const asked = this.grant?.requestedScopes ?? null;
    const ticked = asked?.filter((scope) => !this.unticked.has(scope));
    if (ticked !== undefined && ticked.length === 0) {
      this.needScope = true;
      return;
    }
    this.moved = null;
    const narrowed = ticked !== undefined && ticked.length < (asked?.length ?? 0) ? { scopes: ticked } : {};
    await this.#answer(name, (id) =>
      this.api.grants.grant(id, {
        ...choice,
        ...narrowed,
        timeZone: this.#zone,
        expectedUntil: new Date(until).toISOString(),
      }),
    );
    // What was shown is no longer what it would come to: show the new end and ask again.
    if (this.problem?.field === "expectedUntil") {
      this.problem = null;
      const again = choice.preset === undefined ? this.#choice("date", choice.date) : this.#choice(choice.preset);
      this.moved = again?.ok === true ? again.until : until;
    }
  }

  async #answer(name: string, deed: (id: string) => Promise<Grant>): Promise<void> {
    const id = this.grant?.id;
    if (id === undefined) return;
    const grant = await this.act(name, () => deed(id));
    if (grant !== undefined) {
      this.#adopt(grant);
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>("#title")?.focus();
    } else if (this.problem?.status === 409) {
      await this.load(); // somebody was faster, perhaps the user in another tab
    }
  }

  #renderOutcome(grant: Grant, status: Grant["status"], now: number): TemplateResult {
    const { prompt, common } = this.words;
    const agent = grant.agentName ?? prompt.anyAgent;
    if (status !== "granted") {
      return html`<p id="title" tabindex="-1" class="outcome" role="status">${this.#overSentence(grant, status, agent)}</p>
        ${this.problemNotice()}`;
    }
    const until = Date.parse(grant.grantedUntil ?? "");
    const zone = grant.timeZone ?? this.#zone;
    const day = this.core === null ? "" : this.core.lastDay(until, zone);
    const through = day === "" ? "" : common.through(lastDayLabel(day, now, this.language.locale));
    return html`
      <div class="given">
        <div>
          <p id="title" tabindex="-1" class="outcome" role="status">${prompt.granted(agent, through)}</p>
          <p class="muted small">${prompt.exactEnd(momentLabel(until, zone, this.language.locale))}</p>
        </div>
        ${this.button({
          name: "withdraw",
          kind: "danger",
          label: prompt.withdraw,
          click: () => void this.#answer("withdraw", (id) => this.api.grants.revoke(id)),
        })}
      </div>
      <div role="status">
        ${this.session === null
          ? nothing
          : html`<p class="notice wait">
              <span class="dot live" aria-hidden="true"></span>${prompt.inUse(this.session.actorName ?? agent)}
            </p>`}
      </div>
      ${this.problemNotice()}
    `;
  }

  #overSentence(grant: Grant, status: Grant["status"], agent: string): string {
    const { prompt } = this.words;
    if (status === "declined") return prompt.declined(agent);
    if (status === "expired") return grant.grantedAt === undefined ? prompt.unanswered(agent) : prompt.expired(agent);
    if (grant.grantedAt === undefined && grant.revokedBy === "agent") return prompt.withdrawnRequest(agent);
    if (grant.revokedBy === "agent") return prompt.handedBack(agent);
    return grant.revokedBy === "system" ? prompt.stoppedBySystem(agent) : prompt.revoked(agent);
  }
}

/** What the user should see first: an unanswered request, then access in force, then the newest. */
export function mostPressing(grants: readonly Grant[]): Grant | undefined {
  const rank = { pending: 2, granted: 1, declined: 0, revoked: 0, expired: 0 } as const;
  return [...grants].sort(
    (a, b) => rank[b.status] - rank[a.status] || Date.parse(b.createdAt) - Date.parse(a.createdAt),
  )[0];
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-consent-prompt": HallpassConsentPrompt;
  }
}
