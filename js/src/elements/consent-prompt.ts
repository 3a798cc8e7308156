import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Consent, Grant, GrantStatus, LiveEvent, Session } from "../client/wire.js";
import { type ChoiceName, choose } from "./choices.js";
import { givenNotice, mostPressing, overNotice } from "./consent-outcome.js";
import { consentPromptStyle } from "./consent-prompt.style.js";
import { changeForm, type ConsentDraft, type ConsentForm, requestForm, untouched } from "./consent-request.js";
import type { GrantChanged } from "./events.js";
import { dateChoice, type ExpiryQuestion, presetChoices } from "./expiry-choice.js";
import { LiveElement } from "./live-element.js";
import { receiptOffer, saveReceipt, wordingOn } from "./receipt.js";
import { consentScopes, leftOf } from "./scope-choice.js";
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
    draft: { state: true },
    session: { state: true },
    noCore: { state: true },
    ending: { state: true },
  };

  declare ticketId: string | undefined;
  declare grantId: string | undefined;
  /** The user's IANA zone; without it the one of their profile. */
  declare timeZone: string | undefined;
  declare grant: Grant | undefined;
  /** How the host calls its scopes: `{"parcels:read": "See your parcels"}`. */
  declare scopeLabels: Readonly<Record<string, string>>;
  declare private draft: ConsentDraft;
  declare private session: Session | null;
  declare private noCore: boolean;
  /** The end that was told to be near, of the consent or of the visit; null before. */
  declare private ending: number | null;
  #profileZone: string | null = null;
  #me: string | null = null;
  #nextWake: number | null = null;
  readonly #shown = () => wordingOn(this.renderRoot, this.language.locale);

  constructor() {
    super();
    Object.assign(this, { draft: untouched, scopeLabels: {}, session: null, noCore: false, ending: null });
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
    const me = await this.api.me();
    this.#profileZone = me.timeZone;
    this.#me = me.id;
    const grant = grantId
      ? await this.api.grants.get(grantId)
      : ticketId && mostPressing((await this.api.grants.list({ ticketId, subjectId: me.id, limit: 50 })).items);
    if (grant) this.#show(grant);
    if (this.grant?.status === "granted") await this.#findSession(this.grant.id);
    this.requestUpdate();
  }

  /** Nothing is asked as far as this page knows: a prompt that nobody waits for does not complain. */
  protected override unread(): void {}

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

  /** Shows a grant; of another one than before, nothing stays. */
  #show(grant: Grant): void {
    if (this.grant?.id !== grant.id) Object.assign(this, { draft: untouched, session: null, ending: null });
    if (grant.status !== "granted") {
      this.session = null;
      if (this.draft.changing) this.draft = untouched;
    }
    this.grant = grant;
  }

  #adopt(grant: Grant): void {
    this.#show(grant);
    this.problem = null;
    this.announce<GrantChanged>("hallpass-grant-changed", { grant });
  }

  /** Whether the viewer is, as far as is known, the one whose access it is. */
  #mine(grant: Grant): boolean {
    return this.#me === null || this.#me === grant.subjectId;
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
    const body =
      status === "pending"
        ? this.#renderForm(requestForm, grant, now)
        : status === "granted" && this.draft.changing
          ? this.#renderForm(changeForm, grant, now)
          : this.#renderOutcome(grant, status, now);
    return html`<section class="card" part="card" aria-labelledby="title">${body} ${this.connectionNotice()}</section>`;
  }

  /** The request, or the change of what was given: what may be done, until when. */
  #renderForm(render: (form: ConsentForm) => TemplateResult, grant: Grant, now: number): TemplateResult {
    return render({
      grant,
      draft: this.draft,
      language: this.language,
      timeZone: this.#zone,
      scopes: this.#renderScopes(),
      choices: this.#renderExpiry(now),
      problem: this.problemNotice(),
      noCore: this.noCore,
    });
  }

  /** What is asked for, or what was given and may become less; null: everything. */
  get #asked(): readonly string[] | null {
    return (this.draft.changing ? this.grant?.scopes : this.grant?.requestedScopes) ?? null;
  }

  get #narrowed(): { readonly scopes?: readonly string[] } {
    return leftOf(this.#asked, this.draft.unticked);
  }

  #renderScopes(): TemplateResult {
    const change = (unticked: ReadonlySet<string>): void => this.#note({ unticked, needScope: false });
    const { draft, scopeLabels: labels, words } = this;
    return consentScopes({ asked: this.#asked, unticked: draft.unticked, labels, words, change }, this.core);
  }

  #renderExpiry(now: number): TemplateResult {
    const { prompt } = this.words;
    const question: ExpiryQuestion = {
      core: this.core,
      now,
      timeZone: this.#zone,
      language: this.language,
      date: this.draft.date,
      button: (options) => this.button(options),
      pickDate: (date) => this.#pickDate(date),
      give: (name, choice, until) => void this.#give(name, choice, until),
      take: this.draft.changing ? prompt.change : prompt.giveAccess,
      otherwise: this.draft.changing
        ? html`${this.button({
            name: "keep",
            label: prompt.keepEnd,
            disabled: this.#narrowed.scopes === undefined,
            click: () => void this.#give("keep", {}),
          })}
          ${this.button({ name: "back", kind: "plain", label: prompt.back, click: () => this.#change(false) })}`
        : this.button({
            name: "decline",
            kind: "danger",
            label: prompt.decline,
            click: () => void this.#answer("decline", (id) => this.api.grants.decline(id)),
          }),
    };
    // At midnight the presets come to other ends.
    const today = this.core === null ? null : choose(this.core, "end_of_today", now, this.#zone);
    if (today?.ok === true) this.#nextWake = Math.min(this.#nextWake ?? today.until, today.until);
    return this.draft.date === null ? presetChoices(question) : dateChoice(question);
  }

  #note(done: Partial<ConsentDraft>): void {
    this.draft = { ...this.draft, ...done };
  }

  #pickDate(date: string | null): void {
    const opened = this.draft.date === null && date !== null;
    this.#note({ date });
    this.problem = null;
    if (opened) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>("#date")?.focus());
  }

  /** Opens the form that changes what was given, or leaves it. */
  #change(changing: boolean): void {
    this.draft = { ...untouched, changing };
    this.problem = null;
    void this.#focusTitle();
  }

  async #focusTitle(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("#title")?.focus();
  }

  /** Gives access, or changes what was given. @param until the end that was shown; without it the end stays */
  async #give(name: ChoiceName | "keep", choice: Consent, until?: number): Promise<void> {
    const narrowed = this.#narrowed;
    const needScope = narrowed.scopes?.length === 0;
    this.#note({ needScope, moved: null });
    if (needScope) return;
    const { grants } = this.api;
    const end = until === undefined ? {} : { timeZone: this.#zone, expectedUntil: new Date(until).toISOString() };
    const consent = { ...choice, ...narrowed, ...end, ...this.#shown() };
    await this.#answer(name, (id) => (this.draft.changing ? grants.amend(id, consent) : grants.grant(id, consent)));
    if (this.problem?.field !== "expectedUntil" || this.core === null || name === "keep") return;
    // What was shown is no longer what it would come to: show the new end and ask again.
    this.problem = null;
    const again = choose(this.core, name, this.api.clock.now(), this.#zone, choice.date);
    this.#note({ moved: again.ok ? again.until : (until ?? null) });
  }

  async #answer(name: string, deed: (id: string) => Promise<Grant>): Promise<void> {
    const id = this.grant?.id;
    if (id === undefined) return;
    await this.actAndTake(name, () => deed(id), (grant, newest) => {
      this.draft = untouched;
      if (newest) this.#adopt(grant);
      void this.#focusTitle();
    });
  }

  #renderOutcome(grant: Grant, status: GrantStatus, now: number): TemplateResult {
    const save = (): void => void this.act("receipt", () => saveReceipt(this.api, grant.id));
    return html`${status === "granted" ? this.#renderGiven(grant, now) : overNotice(grant, status, this.words)}
    ${this.#mine(grant) ? receiptOffer(grant, this.words, (options) => this.button(options), save) : nothing}
    ${this.problemNotice()}`;
  }

  #renderGiven(grant: Grant, now: number): TemplateResult {
    const { core, language, session, ending } = this;
    const withdraw = this.button({
      name: "withdraw",
      kind: "danger",
      label: this.words.prompt.withdraw,
      click: () => void this.#answer("withdraw", (id) => this.api.grants.revoke(id, this.#shown())),
    });
    const change = this.#mine(grant)
      ? this.button({ name: "change", label: this.words.prompt.change, click: () => this.#change(true) })
      : nothing;
    const given = { grant, now, timeZone: grant.timeZone ?? this.#zone, core, language, session, ending };
    return givenNotice(given, html`${change} ${withdraw}`);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-consent-prompt": HallpassConsentPrompt;
  }
}
