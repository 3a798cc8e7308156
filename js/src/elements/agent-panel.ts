import { html, nothing, type TemplateResult } from "lit";
import type { Grant, Me, Session } from "../client/wire.js";
import { momentLabel, scopeLabel } from "../i18n/format.js";
import { agentPanelStyle } from "./agent-panel.style.js";
import { lastDayLabel } from "./choices.js";
import { mostPressing, type GrantChanged } from "./consent-prompt.js";
import { HallpassElement, type LiveEvent, mergeById } from "./hallpass-element.js";
import { statusAt } from "./status.js";
import { type Timed, ticker } from "./ticker.js";

/** The customer of a ticket, as the host application knows them. */
export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly role?: string;
  readonly banned?: boolean;
}

/** `detail` of `hallpass-switch`: prevent its default to open the address in the host's own way. */
export interface SwitchTo {
  readonly url: string;
  readonly session: Session;
}

const reasonMin = 5;
const reasonMax = 500;

/**
 * The sidebar of an agent's ticket view: who the customer is, whether there is consent, and the
 * buttons that go with it. Follows the live events, so that nothing needs a reload.
 *
 * @fires hallpass-switch - a session has started; by default the page goes to its address
 * @fires hallpass-grant-changed - the request or grant has changed
 * @csspart card, customer, state, form, button, problem
 */
export class HallpassAgentPanel extends HallpassElement implements Timed {
  static override styles = [...HallpassElement.styles, agentPanelStyle];

  static override properties = {
    ...HallpassElement.properties,
    ticketId: { attribute: "ticket-id" },
    tenantId: { attribute: "tenant-id" },
    customer: { attribute: false },
    scopes: { attribute: false },
    scopeLabels: { attribute: false },
    grants: { state: true },
    sessions: { state: true },
    asking: { state: true },
    reason: { state: true },
    reasonShown: { state: true },
    unticked: { state: true },
    me: { state: true },
    loaded: { state: true },
  };

  declare ticketId: string;
  declare tenantId: string;
  declare customer: Customer | undefined;
  /** The scopes that agents ask for; without them a request is for all that the user has. */
  declare scopes: readonly string[] | undefined;
  declare scopeLabels: Readonly<Record<string, string>>;
  declare private grants: readonly Grant[];
  declare private sessions: readonly Session[];
  declare private asking: boolean;
  declare private reason: string;
  declare private reasonShown: boolean;
  declare private unticked: ReadonlySet<string>;
  declare private me: Me | null;
  declare private loaded: boolean;

  constructor() {
    super();
    this.ticketId = "";
    this.tenantId = "";
    this.scopeLabels = {};
    this.grants = [];
    this.sessions = [];
    this.asking = false;
    this.reason = "";
    this.reasonShown = false;
    this.unticked = new Set();
    this.me = null;
    this.loaded = false;
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

  tick(): { now: number; nextWake: number | null } {
    this.requestUpdate();
    const boundary = this.#grant?.status === "pending" ? this.#grant.pendingUntil : this.#grant?.grantedUntil;
    const now = this.api.clock.now();
    const at = boundary === undefined ? null : Date.parse(boundary);
    return { now, nextWake: at === null || at <= now ? null : at };
  }

  /** Reads grants and sessions anew. */
  async load(): Promise<void> {
    try {
      const [me, grants, active] = await Promise.all([
        this.api.me(),
        this.api.grants.list({ ticketId: this.ticketId, limit: 50 }),
        this.api.sessions.active(),
      ]);
      this.me = me;
      this.grants = grants.items;
      this.sessions = active.items;
      this.problem = null;
    } catch {
      // The stream says whether the server can be reached, and its return loads again.
    }
    this.loaded = true;
    ticker.poke();
  }

  #onEvent({ grant, session }: LiveEvent): void {
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
    const grant = this.#grant;
    return this.customer ?? (grant === undefined ? undefined : { id: grant.subjectId, name: grant.subjectName });
  }

  protected override render(): TemplateResult {
    const { panel, common } = this.words;
    const customer = this.#customer;
    return html`<section class="card" part="card" aria-labelledby="title" aria-busy=${this.loaded ? nothing : "true"}>
      <h2 id="title">${panel.title}</h2>
      ${customer === undefined ? nothing : this.#renderCustomer(customer)}
      ${this.loaded ? this.#renderAccess() : html`<p class="muted" role="status">${common.loading}</p>`}
      ${this.problemNotice()} ${this.connectionNotice()}
    </section>`;
  }

  #renderCustomer(customer: Customer): TemplateResult {
    const { panel } = this.words;
    const sessions = this.sessions.filter((session) => session.targetUserId === customer.id).length;
    const row = (name: string, value: unknown): TemplateResult => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
    return html`<div part="customer">
      <p class="person">${customer.name}</p>
      <dl>
        ${customer.email === undefined ? nothing : row(panel.email, customer.email)}
        ${customer.role === undefined ? nothing : row(panel.role, customer.role)}
        ${row(
          panel.status,
          customer.banned === true
            ? html`<span class="banned">${panel.banned}</span>`
            : panel.activeAccount,
        )}
        ${row(panel.sessions, new Intl.NumberFormat(this.language.locale).format(sessions))}
      </dl>
    </div>`;
  }

  #renderAccess(): TemplateResult {
    const grant = this.#grant;
    const status = grant === undefined ? "none" : statusAt(grant, this.api.clock.now());
    const open = status === "pending" || status === "granted";
    return html`<div class="access" part="state">
      <div role="status">${this.#renderState(grant, status)}</div>
      ${this.asking && !open ? this.#renderForm() : this.#renderActions(grant, status)}
    </div>`;
  }

  #renderState(grant: Grant | undefined, status: Grant["status"] | "none"): TemplateResult {
    const { panel } = this.words;
    const notice = (kind: string, text: string, detail?: string): TemplateResult => html`<p class="notice ${kind}">
      <span class="dot" aria-hidden="true"></span>
      <span>${text}${detail === undefined ? nothing : html`<span class="detail">${detail}</span>`}</span>
    </p>`;
    if (grant === undefined || status === "none") return notice("", panel.noAccess);
    if (status === "pending") {
      const by = grant.pendingUntil;
      return notice("wait", panel.waiting, by === undefined ? undefined : panel.answerBy(this.#moment(by)));
    }
    if (status === "granted") {
      const until = grant.grantedUntil ?? "";
      return notice("good", panel.access(this.#through(grant)), panel.exactEnd(this.#moment(until)));
    }
    if (status === "declined") return notice("bad", panel.declined);
    if (status === "expired") return notice("", panel.expired);
    return notice("bad", grant.grantedAt === undefined && grant.revokedBy === "agent" ? panel.withdrawn : panel.revoked);
  }

  #through(grant: Grant): string {
    if (this.core === null || grant.grantedUntil === undefined) return "";
    const day = this.core.lastDay(Date.parse(grant.grantedUntil), grant.timeZone ?? this.viewerZone);
    return this.words.common.through(lastDayLabel(day, this.api.clock.now(), this.language.locale));
  }

  #moment(instant: string): string {
    return momentLabel(Date.parse(instant), this.viewerZone, this.language.locale);
  }

  #renderActions(grant: Grant | undefined, status: Grant["status"] | "none"): TemplateResult {
    const { panel } = this.words;
    const granted = status === "granted";
    const running = this.#running();
    return html`
      ${running === undefined ? nothing : html`<p class="notice wait">
        <span class="dot" aria-hidden="true"></span>${running.actorAdminUserId === this.me?.id ? panel.sessionRunning : panel.otherSession}
      </p>`}
      <div class="stack">
        ${this.button({
          name: "impersonate",
          kind: "primary",
          label: panel.impersonate,
          disabled: !granted || running !== undefined,
          ...(granted ? {} : { title: panel.needsConsent, describedBy: "why-not" }),
          click: () => void this.#start(grant),
        })}
        ${granted ? nothing : html`<span class="tip" id="why-not" role="tooltip">${panel.needsConsent}</span>`}
        ${granted
          ? nothing
          : this.button({
              name: "request",
              label: status === "none" || status === "pending" ? panel.request : panel.requestAgain,
              disabled: status === "pending",
              click: () => this.#openForm(grant),
            })}
        ${running !== undefined && running.actorAdminUserId === this.me?.id
          ? this.button({
              name: "end",
              label: panel.endSession,
              click: () => void this.act("end", async () => this.#ended(await this.api.sessions.end(running.id))),
            })
          : nothing}
        ${grant !== undefined && grant.agentId !== null && (status === "pending" || granted)
          ? this.button({
              name: "give-up",
              kind: "plain",
              label: granted ? panel.handBack : panel.withdrawRequest,
              click: () => void this.#giveUp(grant, granted),
            })
          : nothing}
      </div>
    `;
  }

  #running(): Session | undefined {
    const now = this.api.clock.now();
    return this.sessions.find(
      (session) => session.targetUserId === this.#customer?.id && Date.parse(session.expiresAt) > now,
    );
  }

  #ended(session: Session): void {
    this.sessions = this.sessions.filter((known) => known.id !== session.id);
  }

  #openForm(grant: Grant | undefined): void {
    this.asking = true;
    this.reason = grant?.reason ?? "";
    this.reasonShown = false;
    void this.updateComplete.then(() => this.renderRoot.querySelector("textarea")?.focus());
  }

  #renderForm(): TemplateResult {
    const { panel } = this.words;
    const length = [...this.reason.trim()].length;
    const valid = length >= reasonMin && length <= reasonMax;
    const complain = this.reasonShown && !valid;
    return html`<form class="stack" part="form" @submit=${(event: SubmitEvent) => event.preventDefault()}>
      <div>
        <label class="label" for="reason">${panel.reason}</label>
        <textarea
          id="reason"
          rows="3"
          required
          maxlength=${reasonMax * 2}
          aria-describedby="reason-hint"
          aria-invalid=${complain ? "true" : nothing}
          .value=${this.reason}
          @input=${(event: InputEvent) => {
            this.reason = (event.target as HTMLTextAreaElement).value;
          }}
        ></textarea>
        <p id="reason-hint" class="small ${complain ? "error" : "muted"}" aria-live="polite">
          ${complain ? panel.reasonLength(reasonMin, reasonMax) : panel.reasonHint}
        </p>
      </div>
      ${this.scopes === undefined ? nothing : this.#renderScopes(this.scopes)}
      <div class="actions">
        ${this.button({
          name: "send",
          kind: "primary",
          label: panel.send,
          click: () => {
            this.reasonShown = true;
            if (valid) void this.#request();
            else this.renderRoot.querySelector("textarea")?.focus();
          },
        })}
        ${this.button({
          name: "cancel",
          kind: "plain",
          label: panel.cancel,
          click: () => {
            this.asking = false;
            this.problem = null;
          },
        })}
      </div>
    </form>`;
  }

  #renderScopes(scopes: readonly string[]): TemplateResult {
    return html`<fieldset>
      <legend class="label">${this.words.panel.scopes}</legend>
      ${scopes.map(
        (scope) => html`<label class="check">
          <input
            type="checkbox"
            .checked=${!this.unticked.has(scope)}
            @change=${() => {
              const unticked = new Set(this.unticked);
              if (!unticked.delete(scope)) unticked.add(scope);
              this.unticked = unticked;
            }}
          /><span>${scopeLabel(scope, this.scopeLabels, this.words)}</span></label>`,
      )}
    </fieldset>`;
  }

  get #tenant(): { tenantId: string; tenantClaim: "tenantId" | "lawFirmId" } {
    const tenant = this.me?.tenants.find(({ id }) => id === this.tenantId);
    return { tenantId: this.tenantId, tenantClaim: tenant?.tenantClaim ?? "tenantId" };
  }

  async #request(): Promise<void> {
    const customer = this.#customer;
    if (customer === undefined) return;
    const scopes = this.scopes?.filter((scope) => !this.unticked.has(scope));
    const grant = await this.act("send", () =>
      this.api.grants.request({
        ...this.#tenant,
        targetUserId: customer.id,
        ticketId: this.ticketId,
        reason: this.reason.trim(),
        ...(scopes === undefined || scopes.length === 0 ? {} : { scopes }),
      }),
    );
    if (grant === undefined) return;
    this.asking = false;
    this.#adopt(grant);
  }

  async #giveUp(grant: Grant, granted: boolean): Promise<void> {
    const { grants } = this.api;
    const changed = await this.act("give-up", () => (granted ? grants.revoke(grant.id) : grants.withdraw(grant.id)));
    if (changed !== undefined) this.#adopt(changed);
    else if (this.problem?.status === 409) await this.load();
  }

  async #start(grant: Grant | undefined): Promise<void> {
    const customer = this.#customer;
    if (customer === undefined || grant === undefined) return;
    const started = await this.act("impersonate", () =>
      this.api.sessions.start({
        ...this.#tenant,
        targetUserId: customer.id,
        ticketId: this.ticketId,
        reason: grant.reason ?? this.reason,
      }),
    );
    if (started === undefined) {
      if (this.problem?.status === 403 || this.problem?.status === 409) await this.#reloadKeepingProblem();
      return;
    }
    this.sessions = mergeById(this.sessions, started.session);
    const detail: SwitchTo = { url: started.uiSwitchUrl, session: started.session };
    if (this.announce("hallpass-switch", detail, true)) location.assign(started.uiSwitchUrl);
  }

  async #reloadKeepingProblem(): Promise<void> {
    const { problem } = this;
    await this.load();
    this.problem = problem;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-agent-panel": HallpassAgentPanel;
  }
}
