import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { HallpassProblem } from "../client/problem.js";
import type { ManagedUser, Me } from "../client/wire.js";
import type { Messages } from "../i18n/messages.js";
import { screenWords } from "../i18n/screens.js";
import { withinSentence } from "../i18n/names.js";
import { banForm } from "./ban-form.js";
import { HallpassElement, mergeById } from "./hallpass-element.js";
import { usersStyle } from "./users.style.js";

/** How long typing may pause before a search begins, in milliseconds. */
const searchPauseMs = 250;

const roles = ["user", "helpdeskAgent", "helpdeskAdmin"] as const;

/**
 * Users: list, search, role, ban and unban, end all sessions. What the viewer may not do is not
 * offered, and the server checks again.
 *
 * @tag hallpass-users
 * @csspart card - the whole list
 * @csspart user - one user
 */
export class HallpassUsers extends HallpassElement {
  static override styles = [...HallpassElement.styles, usersStyle];

  static override properties = {
    ...HallpassElement.properties,
    tenantId: { attribute: "tenant-id" },
    roleNames: { attribute: false },
    users: { state: true },
    cursor: { state: true },
    search: { state: true },
    banning: { state: true },
    reason: { state: true },
    me: { state: true },
    loaded: { state: true },
  };

  /** Without it, the users of every tenant that the viewer serves. */
  declare tenantId: string | undefined;
  /** Roles that can be given, with what to call them. */
  declare roleNames: Readonly<Record<string, string>>;
  declare private users: readonly ManagedUser[];
  declare private cursor: string | null;
  declare private search: string;
  /** Whose ban is being written. */
  declare private banning: string | null;
  declare private reason: string;
  declare private me: Me | null;
  declare private loaded: boolean;
  #searching: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.roleNames = Object.fromEntries(roles.map((role) => [role, role]));
    this.users = [];
    this.cursor = null;
    this.search = "";
    this.banning = null;
    this.reason = "";
    this.me = null;
    this.loaded = false;
  }

  protected override get words(): Messages {
    return screenWords(this.language);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#searching);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (changed.get("tenantId") !== undefined) void this.load();
  }

  /** Reads the first page of what is searched for. */
  async load(): Promise<void> {
    const search = this.search.trim();
    try {
      this.me = await this.api.me();
      const page = await this.api.users.list(this.#query(search));
      if (search !== this.search.trim()) return; // a newer search is on its way
      this.users = page.items;
      this.cursor = page.nextCursor;
      this.loaded = true;
      this.problem = null;
    } catch (problem) {
      if (!(problem instanceof HallpassProblem)) throw problem;
      this.problem = problem;
    }
  }

  #query(search: string): { search?: string; tenantId?: string } {
    return { ...(search === "" ? {} : { search }), ...(this.tenantId === undefined ? {} : { tenantId: this.tenantId }) };
  }

  #may(permission: string): boolean {
    return this.me?.permissions.includes(permission) === true;
  }

  protected override render(): TemplateResult {
    const { users, common, log } = this.words;
    return html`<section class="card" part="card" aria-labelledby="title">
      <header>
        <h2 id="title">${users.title}</h2>
        <input
          type="search"
          aria-label=${users.search}
          placeholder=${users.search}
          .value=${this.search}
          @input=${(event: InputEvent) => this.#onSearch((event.target as HTMLInputElement).value)}
        />
      </header>
      ${this.users.length > 0
        ? html`<ul>${this.users.map((user) => this.#renderUser(user))}</ul>`
        : this.problem !== null
          ? nothing
          : html`<p class="muted" role="status">${this.loaded ? users.none : common.loading}</p>`}
      ${this.cursor === null
        ? nothing
        : this.button({ name: "more", label: log.more, click: () => void this.#more(this.cursor ?? "") })}
      ${this.problemNotice(this.loaded ? undefined : () => void this.load())}
    </section>`;
  }

  #onSearch(text: string): void {
    this.search = text;
    clearTimeout(this.#searching);
    this.#searching = setTimeout(() => void this.load(), searchPauseMs);
  }

  async #more(cursor: string): Promise<void> {
    const page = await this.act("more", () => this.api.users.list({ ...this.#query(this.search.trim()), cursor }));
    if (page === undefined) return;
    this.users = [...this.users, ...page.items];
    this.cursor = page.nextCursor;
  }

  #renderUser(user: ManagedUser): TemplateResult {
    const { users } = this.words;
    return html`<li part="user" data-user=${user.id}>
      <div class="line">
        <div class="who">
          <strong><bdi>${user.name}</bdi></strong>
          <span class="muted small">${user.email}</span>
        </div>
        <span class=${user.banned ? "banned" : "muted"}>${user.banned ? users.banned : users.active}</span>
        ${this.#renderRole(user)} ${this.#renderActions(user)}
      </div>
      ${user.banned && user.banReason !== undefined ? html`<p class="small muted" dir="auto">${user.banReason}</p>` : nothing}
      ${this.banning === user.id ? this.#renderBan(user) : nothing}
    </li>`;
  }

  #renderRole(user: ManagedUser): TemplateResult {
    const role = user.roles[0] ?? "user";
    if (!this.#may("user:set-role") || user.id === this.me?.id) {
      return html`<span>${this.roleNames[role] ?? role}</span>`;
    }
    return html`<select
      aria-label=${this.words.users.setRole(withinSentence(user.name))}
      .value=${role}
      @change=${(event: Event) => void this.#setRole(user, event.target as HTMLSelectElement)}
    >
      ${Object.entries(this.roleNames).map(
        ([name, label]) => html`<option value=${name} ?selected=${name === role}>${label}</option>`,
      )}
    </select>`;
  }

  async #setRole(user: ManagedUser, select: HTMLSelectElement): Promise<void> {
    const changed = await this.act(`role-${user.id}`, () => this.api.users.setRole(user.id, select.value));
    if (changed === undefined) select.value = user.roles[0] ?? "user";
    else this.users = mergeById(this.users, changed);
  }

  #renderActions(user: ManagedUser): TemplateResult {
    const { users } = this.words;
    const self = user.id === this.me?.id;
    return html`<div class="actions">
      ${this.#may("session:revoke") && user.sessionCount > 0 && !self
        ? this.button({
            name: `sessions-${user.id}`,
            kind: "plain",
            label: `${users.revokeSessions} (${new Intl.NumberFormat(this.language.locale).format(user.sessionCount)})`,
            click: () => void this.#revokeSessions(user),
          })
        : nothing}
      ${!this.#may("user:ban") || self
        ? nothing
        : this.button({
            name: `ban-${user.id}`,
            kind: user.banned ? "default" : "danger",
            label: user.banned ? users.unban : users.ban,
            click: () => void (user.banned ? this.#unban(user) : this.#openBan(user)),
          })}
    </div>`;
  }

  async #revokeSessions(user: ManagedUser): Promise<void> {
    await this.act(`sessions-${user.id}`, async () => {
      await this.api.users.revokeSessions(user.id);
      this.users = mergeById(this.users, { ...user, sessionCount: 0 });
    });
  }

  async #openBan(user: ManagedUser): Promise<void> {
    this.banning = user.id;
    this.reason = "";
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLInputElement>("#ban-reason")?.focus();
  }

  #renderBan(user: ManagedUser): TemplateResult {
    return banForm({
      reason: this.reason,
      words: this.words,
      button: (options) => this.button(options),
      change: (reason) => {
        this.reason = reason;
      },
      confirm: () => void this.#ban(user),
      cancel: () => {
        this.banning = null;
      },
    });
  }

  async #ban(user: ManagedUser): Promise<void> {
    const banned = await this.act("confirm", () => this.api.users.ban(user.id, this.reason.trim()));
    if (banned === undefined) return;
    this.banning = null;
    this.users = mergeById(this.users, banned);
  }

  async #unban(user: ManagedUser): Promise<void> {
    const changed = await this.act(`ban-${user.id}`, () => this.api.users.unban(user.id));
    if (changed !== undefined) this.users = mergeById(this.users, changed);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-users": HallpassUsers;
  }
}
