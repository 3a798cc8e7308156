import { html, nothing, type TemplateResult } from "lit";
import type { Grant, GrantStatus, LiveEvent, Me, Session, StartedSession } from "../client/wire.js";
import { dayLabel, momentLabel } from "../i18n/format.js";
import type { Messages } from "../i18n/messages.js";
import { screenWords } from "../i18n/screens.js";
import { type AccessRequestDraft, accessRequestForm, emptyDraft, reasonFits } from "./access-request-form.js";
import { accessActions, accessState, tenantOf } from "./agent-panel-state.js";
import { agentPanelStyle } from "./agent-panel.style.js";
import type { Customer } from "./customer.js";
import { mostPressing } from "./consent-outcome.js";
import type { GrantChanged, SwitchTo } from "./events.js";
import { mergeById } from "./hallpass-element.js";
import { LiveElement } from "./live-element.js";
import { statusAt } from "./status.js";
import { ticker } from "./ticker.js";

/**
 * The sidebar of an agent's ticket view: who the customer is, whether there is consent, and the
 * buttons that go with it. Follows the live events, so that nothing needs a reload.
 *
 * @tag hallpass-agent-panel
 * @fires {CustomEvent<SwitchTo>} hallpass-switch - a session has started; by default the page goes to its address (cancelable)
 * @fires {CustomEvent<GrantChanged>} hallpass-grant-changed - the request or grant has changed
 * @csspart card - the whole panel
 * @csspart state - where consent stands, with its buttons
 * @csspart form - the request while it is written
 * @csspart scopes - what is asked for
 * @csspart customer - who the customer is
 * @csspart dialog - the dialog before a session
 * @csspart warning - what acting means, in that dialog
 */
export class HallpassAgentPanel extends LiveElement {
  static override styles = [...LiveElement.styles, agentPanelStyle];

  static override properties = {
    ...LiveElement.properties,
    ticketId: { attribute: "ticket-id" },
    tenantId: { attribute: "tenant-id" },
    customer: { attribute: false },
    scopes: { attribute: false },
    scopeLabels: { attribute: false },
    grants: { state: true },
    sessions: { state: true },
    draft: { state: true },
    me: { state: true },
  };

  declare ticketId: string;
  declare tenantId: string;
  declare customer: Customer | undefined;
  /** The scopes that agents ask for; without them a request is for all that the user has. */
  declare scopes: readonly string[] | undefined;
  declare scopeLabels: Readonly<Record<string, string>>;
  declare private grants: readonly Grant[];
  declare private sessions: readonly Session[];
  /** The request being written; null while none is. */
  declare private draft: AccessRequestDraft | null;
  declare private me: Me | null;

  constructor() {
    super();
    this.ticketId = "";
    this.tenantId = "";
    this.scopeLabels = {};
    this.grants = [];
    this.sessions = [];
    this.draft = null;
    this.me = null;
  }

  protected override get words(): Messages {
    return screenWords(this.language);
  }

  tick(): { now: number; nextWake: number | null } {
    this.requestUpdate();
    const boundary = this.#grant?.status === "pending" ? this.#grant.pendingUntil : this.#grant?.grantedUntil;
    const now = this.api.clock.now();
    const at = boundary === undefined ? null : Date.parse(boundary);
    return { now, nextWake: at === null || at <= now ? null : at };
  }

  protected async read(): Promise<void> {
    const [me, grants, active] = await Promise.all([
      this.api.me(),
      this.api.grants.list({ ticketId: this.ticketId, limit: 50 }),
      this.api.sessions.active(),
    ]);
    this.me = me;
    this.grants = grants.items;
    this.sessions = active.items;
    ticker.poke();
  }

  protected override onEvent({ grant, session }: LiveEvent): void {
    if (grant?.ticketId === this.ticketId || grant?.agentId === null) this.#adopt(grant);
    if (session === undefined) return;
    this.sessions =
      session.status === "active"
        ? mergeById(this.sessions, session)
        : this.sessions.filter((known) => known.id !== session.id);
  }

  #adopt(grant: Grant): void {
    this.grants = mergeById(this.grants, grant);
    this.announce<GrantChanged>("hallpass-grant-changed", { grant });
    ticker.poke();
  }

  /** This agent's grant for this ticket and customer; standing access serves every agent. */
  get #grant(): Grant | undefined {
    const subject = this.customer?.id;
    const mine = this.grants.filter(
      (grant) =>
        (subject === undefined || grant.subjectId === subject) &&
        (grant.agentId === null || grant.agentId === this.me?.id),
    );
    return mostPressing(mine);
  }

  get #customer(): Customer | undefined {
    return this.customer ?? (this.#grant && { id: this.#grant.subjectId, name: this.#grant.subjectName });
  }

  protected override render(): TemplateResult {
    const { panel, common } = this.words;
    const customer = this.#customer;
    const grant = this.#grant;
    return html`<section class="card" part="card" aria-labelledby="title" aria-busy=${this.loaded ? nothing : "true"}>
      <h2 id="title">${panel.title}</h2>
      ${customer === undefined ? nothing : html`<hallpass-customer
            exportparts="customer, button, problem"
            lang=${this.lang || nothing}
            base-url=${this.baseUrl}
            .client=${this.client}
            .customer=${customer}
          ></hallpass-customer>`}
      ${this.loaded ? this.#renderAccess() : this.problem === null ? html`<p class="muted">${common.loading}</p>` : nothing}
      ${this.problemNotice()} ${this.connectionNotice()}
      ${grant?.status === "granted" ? this.#renderStartDialog(grant) : nothing}
    </section>`;
  }

  #renderAccess(): TemplateResult {
    const grant = this.#grant;
    const status = grant === undefined ? "none" : statusAt(this.core, grant, this.api.clock.now());
    const open = status === "pending" || status === "granted";
    const times = {
      moment: (at: string) => momentLabel(Date.parse(at), this.viewerZone, this.language.locale),
      through: (of: Grant) => this.#through(of),
    };
    return html`<div class="access" part="state">
      <div role="status">${accessState(grant, status, this.words, times)}</div>
      ${this.draft !== null && !open ? this.#renderForm(this.draft) : this.#renderActions(grant, status)}
    </div>`;
  }

  #through(grant: Grant): string {
    if (this.core === null || grant.grantedUntil === undefined) return "";
    const day = this.core.lastDay(Date.parse(grant.grantedUntil), grant.timeZone ?? this.viewerZone);
    return this.words.common.through(dayLabel(day, this.api.clock.now(), this.language.locale));
  }

  #renderActions(grant: Grant | undefined, status: GrantStatus | "none"): TemplateResult {
    const running = this.#running();
    return accessActions({
      status,
      standing: grant?.agentId === null,
      running: running === undefined ? "none" : running.actorAdminUserId === this.me?.id ? "mine" : "other",
      words: this.words,
      button: (options) => this.button(options),
      impersonate: () => void this.renderRoot.querySelector("hallpass-start-dialog")?.open(),
      request: () => this.#openForm(grant),
      end: () => void this.#end(running),
      giveUp: () => void this.#giveUp(grant, status),
    });
  }

  async #end(session: Session | undefined): Promise<void> {
    if (session === undefined) return;
    const ended = await this.act("end", () => this.api.sessions.end(session.id));
    if (ended !== undefined) this.sessions = this.sessions.filter(({ id }) => id !== session.id);
  }

  #running(): Session | undefined {
    const now = this.api.clock.now();
    return this.sessions.find(
      (session) => session.targetUserId === this.#customer?.id && Date.parse(session.expiresAt) > now,
    );
  }

  #openForm(grant: Grant | undefined): void {
    this.draft = { ...emptyDraft, reason: grant?.reason ?? "" };
    void this.#focusReason();
  }

  async #focusReason(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector("textarea")?.focus();
  }

  #renderForm(draft: AccessRequestDraft): TemplateResult {
    return accessRequestForm({
      draft,
      scopes: this.scopes,
      labels: this.scopeLabels,
      words: this.words,
      button: (options) => this.button(options),
      change: (changed) => {
        this.draft = changed;
      },
      send: () => {
        this.draft = { ...draft, tried: true };
        void (reasonFits(draft.reason) ? this.#request(draft) : this.#focusReason());
      },
      cancel: () => {
        this.draft = null;
        this.problem = null;
      },
    });
  }

  async #request(draft: AccessRequestDraft): Promise<void> {
    const customer = this.#customer;
    if (customer === undefined) return;
    const scopes = this.scopes?.filter((scope) => !draft.unticked.has(scope));
    const { tenantId, tenantClaim } = tenantOf(this.me, this.tenantId);
    const request = (): Promise<Grant> =>
      this.api.grants.request({
        tenantId,
        tenantClaim,
        targetUserId: customer.id,
        ticketId: this.ticketId,
        reason: draft.reason.trim(),
        ...(scopes === undefined || scopes.length === 0 ? {} : { scopes }),
      });
    await this.actAndTake("send", request, (grant, newest) => {
      this.draft = null;
      if (newest) this.#adopt(grant);
    });
  }

  async #giveUp(grant: Grant | undefined, status: GrantStatus | "none"): Promise<void> {
    if (grant === undefined) return;
    const { grants } = this.api;
    const deed = (): Promise<Grant> => (status === "granted" ? grants.revoke(grant.id) : grants.withdraw(grant.id));
    await this.actAndTake("give-up", deed, (changed, newest) => {
      if (newest) this.#adopt(changed);
    });
  }

  #renderStartDialog(grant: Grant): TemplateResult {
    const { tenantId, tenantClaim, profile, policy } = tenantOf(this.me, this.tenantId);
    return html`<hallpass-start-dialog
      exportparts="dialog, scopes, warning, button, problem"
      .client=${this.client}
      base-url=${this.baseUrl}
      lang=${this.lang || nothing}
      tenant-id=${tenantId}
      tenant-claim=${tenantClaim}
      .profile=${profile}
      .policy=${policy}
      ticket-id=${this.ticketId}
      target-user-id=${grant.subjectId}
      target-name=${grant.subjectName}
      .reason=${grant.reason ?? ""}
      .scopes=${grant.scopes ?? grant.requestedScopes}
      .scopeLabels=${this.scopeLabels}
      @hallpass-started=${(event: CustomEvent<StartedSession>) => this.#started(event.detail)}
    ></hallpass-start-dialog>`;
  }

  #started({ session, uiSwitchUrl: url }: StartedSession): void {
    this.sessions = mergeById(this.sessions, session);
    if (this.announce<SwitchTo>("hallpass-switch", { url, session }, true)) location.assign(url);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-agent-panel": HallpassAgentPanel;
  }
}
