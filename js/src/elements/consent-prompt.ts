import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Consent, Grant, GrantStatus, LiveEvent, Session } from "../client/wire.js";
import { momentLabel } from "../i18n/format.js";
import { withinSentence } from "../i18n/names.js";
import { type ChoiceName, choose } from "./choices.js";
import { givenNotice, mostPressing, overNotice } from "./consent-outcome.js";
import { consentPromptStyle } from "./consent-prompt.style.js";
import type { GrantChanged } from "./events.js";
import { dateChoice, type ExpiryQuestion, presetChoices } from "./expiry-choice.js";
import { LiveElement } from "./live-element.js";
import { receiptOffer, saveReceipt, wordingOn } from "./receipt.js";
import { consentScopes } from "./scope-choice.js";
import { statusAt } from "./status.js";
import { ticker } from "./ticker.js";

/**
 * Asks a user for consent: who wants in, why, for what, until when. Shows nothing while nobody
 * asks. Give it `ticket-id` or `grant-id` and it follows the live events by itself, or set `grant`.
 *
 * @tag hallpass-consent-prompt
 * @fires {CustomEvent<GrantChanged>} hallpass-grant-changed - the grant was answered, withdrawn or has changed
 * @csspart card - the whole prompt
 * @csspart reason - why access is asked for
 * @csspart scopes - what the agent may do
 * @csspart ending - that the end is near
 * @csspart receipt - the button that saves the receipt of a consent
 * @csspart note - what access means, and how to withdraw it
 */
export class HallpassConsentPrompt extends LiveElement {
  static override styles = [...LiveElement.styles, consentPromptStyle];

  static override properties = {
    ...LiveElement.properties,
    ticketId: { attribute: "ticket-id" },
    grantId: { attribute: "grant-id" },
    timeZone: { attribute: "time-zone" },
    grant: { attribute: false },
    scopeLabels: { attribute: false },
    date: { state: true },
    unticked: { state: true },
    session: { state: true },
    moved: { state: true },
    noCore: { state: true },
    needScope: { state: true },
    ending: { state: true },
  };

  declare ticketId: string | undefined;
  declare grantId: string | undefined;
  /** The user's IANA zone; without it the one of their profile. */
  declare timeZone: string | undefined;
  declare grant: Grant | undefined;
  /** How the host calls its scopes: `{"parcels:read": "See your parcels"}`. */
  declare scopeLabels: Readonly<Record<string, string>>;
  declare private date: string | null;
  declare private unticked: ReadonlySet<string>;
  declare private session: Session | null;
  declare private moved: number | null;
  declare private noCore: boolean;
  declare private needScope: boolean;
  /** The end that was told to be near, of the consent or of the visit; null before. */
  declare private ending: number | null;
  #profileZone: string | null = null;
  #me: string | null = null;
  #nextWake: number | null = null;
  readonly #shown = () => wordingOn(this.renderRoot, this.language.locale);

  constructor() {
    super();
    this.scopeLabels = {};
    this.date = null;
    this.unticked = new Set();
    this.session = null;
    this.moved = null;
    this.noCore = false;
    this.needScope = false;
    this.ending = null;
  }

  protected override coreFailed(): void {
    this.noCore = true;
  }

  tick(): { now: number; nextWake: number | null } {
    this.requestUpdate(); // presets move at midnight, and an end may have come
    return { now: this.api.clock.now(), nextWake: this.#nextWake };
  }

  protected async read(): Promise<void> {
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

  protected override onEvent({ name, grant, session }: LiveEvent): void {
    if (grant !== undefined && this.#concerns(grant)) {
      // A further agent's request waits until this one is answered or over.
      if (this.grant === undefined || this.grant.id === grant.id || mostPressing([this.grant, grant]) === grant) {
        this.#adopt(grant);
      }
    }
    if ((session?.grantId ?? grant?.id) !== this.grant?.id) return;
    if (session !== undefined) this.session = session.status === "active" ? session : null;
    if (name === "access_ending") this.ending = Date.parse((session?.expiresAt ?? grant?.grantedUntil) ?? "");
  }

  #concerns(grant: Grant): boolean {
    if (this.#me !== null && grant.subjectId !== this.#me) return false;
    return this.grantId ? grant.id === this.grantId : grant.ticketId === (this.ticketId ?? grant.ticketId);
  }

  #adopt(grant: Grant): void {
    if (this.grant?.id !== grant.id) {
      this.unticked = new Set();
      this.date = null;
      this.session = null;
      this.ending = null;
    }
    if (grant.status !== "granted") this.session = null;
    this.grant = grant;
    this.problem = null;
    this.announce<GrantChanged>("hallpass-grant-changed", { grant });
  }

  get #zone(): string {
    return this.timeZone ?? this.#profileZone ?? this.viewerZone;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    // Another ticket or grant than before; the first one is loaded on connection.
    if (changed.get("ticketId") !== undefined || changed.get("grantId") !== undefined) void this.load();
    if (changed.has("grant")) ticker.poke();
  }

  protected override render(): TemplateResult | typeof nothing {
    const grant = this.grant;
    if (grant === undefined) return nothing;
    const now = this.api.clock.now();
    const status = statusAt(this.core, grant, now);
    const until = status === "pending" ? grant.pendingUntil : status === "granted" ? grant.grantedUntil : undefined;
    this.#nextWake = until === undefined ? null : Date.parse(until);
    const body = status === "pending" ? this.#renderRequest(grant, now) : this.#renderOutcome(grant, status, now);
    return html`<section class="card" part="card" aria-labelledby="title">${body} ${this.connectionNotice()}</section>`;
  }

  #renderRequest(grant: Grant, now: number): TemplateResult {
    const { prompt, common } = this.words;
    const agent = withinSentence(grant.agentName ?? prompt.anyAgent);
    const notice = (kind: string, text: string): TemplateResult =>
      html`<p class="notice ${kind}" role="alert"><span class="dot" aria-hidden="true"></span>${text}</p>`;
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
      ${this.#renderScopes(grant)} ${this.noCore ? notice("bad", common.noCore) : nothing}
      ${this.#renderExpiry(now)}
      ${this.moved === null ? nothing : notice("wait", prompt.endMoved(this.#moment(this.moved)))}
      ${this.needScope ? notice("bad", prompt.noScope) : nothing} ${this.problemNotice()}
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
    const change = (unticked: ReadonlySet<string>): void => void Object.assign(this, { unticked, needScope: false });
    const { unticked, scopeLabels: labels, words } = this;
    return consentScopes({ asked, unticked, labels, words, change }, this.core);
  }

  #renderExpiry(now: number): TemplateResult {
    const question: ExpiryQuestion = {
      core: this.core,
      now,
      timeZone: this.#zone,
      language: this.language,
      date: this.date,
      button: (options) => this.button(options),
      pickDate: (date) => this.#pickDate(date),
      give: (name, choice, until) => void this.#grant(name, choice, until),
      decline: () => void this.#answer("decline", (id) => this.api.grants.decline(id)),
    };
    // At midnight the presets come to other ends.
    const today = this.core === null ? null : choose(this.core, "end_of_today", now, this.#zone);
    if (today?.ok === true) this.#nextWake = Math.min(this.#nextWake ?? today.until, today.until);
    return this.date === null ? presetChoices(question) : dateChoice(question);
  }

  #pickDate(date: string | null): void {
    const opened = this.date === null && date !== null;
    this.date = date;
    this.problem = null;
    if (opened) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>("#date")?.focus());
  }

  #moment(instant: number): string {
    return momentLabel(instant, this.#zone, this.language.locale);
  }

  async #grant(name: ChoiceName, choice: Consent, until: number): Promise<void> {
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
        ...this.#shown(),
      }),
    );
    // What was shown is no longer what it would come to: show the new end and ask again.
    if (this.problem?.field === "expectedUntil" && this.core !== null) {
      this.problem = null;
      const again = choose(this.core, name, this.api.clock.now(), this.#zone, choice.date);
      this.moved = again.ok ? again.until : until;
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

  #renderOutcome(grant: Grant, status: GrantStatus, now: number): TemplateResult {
    const save = (): void => void this.act("receipt", () => saveReceipt(this.api, grant.id));
    return html`${status === "granted" ? this.#renderGiven(grant, now) : overNotice(grant, status, this.words)}
    ${receiptOffer(grant, this.#me, this.words, (options) => this.button(options), save)} ${this.problemNotice()}`;
  }

  #renderGiven(grant: Grant, now: number): TemplateResult {
    const { core, language, session, ending } = this;
    const withdraw = this.button({
      name: "withdraw",
      kind: "danger",
      label: this.words.prompt.withdraw,
      click: () => void this.#answer("withdraw", (id) => this.api.grants.revoke(id, this.#shown())),
    });
    return givenNotice({ grant, now, timeZone: grant.timeZone ?? this.#zone, core, language, session, ending }, withdraw);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-consent-prompt": HallpassConsentPrompt;
  }
}
