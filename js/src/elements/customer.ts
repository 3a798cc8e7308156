import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { ManagedUser, Me } from "../client/wire.js";
import type { Messages } from "../i18n/messages.js";
import { screenWords } from "../i18n/screens.js";
import { banForm } from "./ban-form.js";
import { customerStyle } from "./customer.style.js";
import { HallpassElement } from "./hallpass-element.js";

/** The customer of a ticket, as the host application knows them. */
export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly role?: string;
  readonly banned?: boolean;
}

/**
 * Who a customer is: name, email, role, banned or not, number of sessions; and [Block], for an
 * admin. What the directory knows comes before what the host said.
 *
 * @tag hallpass-customer
 * @csspart customer - who the customer is
 */
export class HallpassCustomer extends HallpassElement {
  static override styles = [...HallpassElement.styles, customerStyle];

  static override properties = {
    ...HallpassElement.properties,
    customer: { attribute: false },
    account: { state: true },
    me: { state: true },
    banReason: { state: true },
  };

  declare customer: Customer | undefined;
  declare private account: ManagedUser | null;
  declare private me: Me | null;
  /** The ban being written; null while none is. */
  declare private banReason: string | null;

  constructor() {
    super();
    this.account = null;
    this.me = null;
    this.banReason = null;
  }

  protected override get words(): Messages {
    return screenWords(this.language);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const before = changed.get("customer") as Customer | undefined;
    if (changed.has("customer") && before?.id !== this.customer?.id) void this.load();
  }

  /** Reads the account anew, where the viewer may list users. */
  async load(): Promise<void> {
    const id = this.customer?.id;
    if (id === undefined) return;
    try {
      this.me = await this.api.me();
      this.account = this.me.permissions.includes("user:list") ? await this.api.users.get(id) : null;
    } catch {
      this.account = null; // what the host said stays
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { customer, account } = this;
    if (customer === undefined) return nothing;
    const { panel } = this.words;
    const row = (name: string, value: unknown): TemplateResult => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
    const email = account?.email ?? customer.email;
    const role = customer.role ?? account?.roles.join(", ");
    const banned = account?.banned ?? customer.banned === true;
    const number = new Intl.NumberFormat(this.language.locale);
    return html`<div part="customer">
        <p class="person"><bdi>${account?.name ?? customer.name}</bdi></p>
        <dl>
          ${email === undefined ? nothing : row(panel.email, email)}
          ${role === undefined ? nothing : row(panel.role, role)}
          ${row(panel.status, banned ? html`<span class="banned">${panel.banned}</span>` : panel.activeAccount)}
          ${account === null ? nothing : row(panel.sessions, number.format(account.sessionCount))}
        </dl>
      </div>
      ${account !== null && this.me?.permissions.includes("user:ban") === true ? this.#renderBan(account) : nothing}
      ${this.problemNotice()}`;
  }

  #renderBan(account: ManagedUser): TemplateResult {
    const { panel } = this.words;
    if (this.banReason === null) {
      return this.button({
        name: "ban",
        kind: account.banned ? "default" : "danger",
        label: account.banned ? panel.unblock : panel.block,
        click: () => {
          if (account.banned) void this.#setBan(account, null);
          else this.banReason = "";
        },
      });
    }
    return banForm({
      reason: this.banReason,
      words: this.words,
      button: (options) => this.button(options),
      change: (reason) => {
        this.banReason = reason;
      },
      confirm: () => void this.#setBan(account, this.banReason),
      cancel: () => {
        this.banReason = null;
      },
    });
  }

  async #setBan({ id }: ManagedUser, reason: string | null): Promise<void> {
    const { users } = this.api;
    const name = reason === null ? "ban" : "confirm";
    const account = await this.act(name, () => (reason === null ? users.unban(id) : users.ban(id, reason.trim())));
    if (account === undefined) return;
    this.account = account;
    this.banReason = null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-customer": HallpassCustomer;
  }
}
