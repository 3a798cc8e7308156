import { html, nothing, type TemplateResult } from "lit";
import type { LiveEvent, Notification } from "../client/wire.js";
import { listMomentLabel } from "../i18n/format.js";
import type { Messages } from "../i18n/messages.js";
import { screenWords } from "../i18n/screens.js";
import { notificationsStyle } from "./notifications.style.js";
import { ReadingElement } from "./reading-element.js";

/**
 * What the viewer is told: that access was asked for, given, used, is about to end, has ended.
 * New ones come by themselves; no setting keeps one back.
 *
 * @tag hallpass-notifications
 * @csspart card - the whole list
 * @csspart notification - one of them
 */
export class HallpassNotifications extends ReadingElement {
  static override styles = [...ReadingElement.styles, notificationsStyle];

  static override properties = {
    ...ReadingElement.properties,
    items: { state: true },
    cursor: { state: true },
  };

  declare private items: readonly Notification[];
  declare private cursor: string | null;

  constructor() {
    super();
    this.items = [];
    this.cursor = null;
  }

  protected override get words(): Messages {
    return screenWords(this.language);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen({ event: (event) => this.#onEvent(event), resync: () => void this.load() });
    void this.load();
  }

  /** Every live event but a change of a consent has its notification. */
  #onEvent({ name }: LiveEvent): void {
    if (name !== "access_amended") void this.load();
  }

  protected override async read(): Promise<void> {
    const page = await this.api.notifications({ limit: 20 });
    this.items = page.items;
    this.cursor = page.nextCursor;
  }

  protected override render(): TemplateResult {
    const { notifications, log } = this.words;
    const newest = this.items[0];
    return html`<section class="card" part="card" aria-labelledby="title">
      <header>
        <h2 id="title">${notifications.title}</h2>
        ${newest === undefined || this.items.every(({ readAt }) => readAt !== null)
          ? nothing
          : this.button({ name: "read", kind: "plain", label: notifications.markRead, click: () => void this.#read(newest) })}
      </header>
      ${this.items.length > 0
        ? html`<ol>${this.items.map((item) => this.#renderItem(item))}</ol>`
        : this.emptyNotice(notifications.none)}
      ${this.cursor === null
        ? nothing
        : this.button({ name: "more", label: log.more, click: () => void this.#more(this.cursor ?? "") })}
      ${this.problemNotice()} ${this.connectionNotice()}
    </section>`;
  }

  #renderItem({ at, event, readAt, title, text }: Notification): TemplateResult {
    return html`<li part="notification" class=${readAt === null ? "unread" : ""} data-event=${event}>
      <div class="line">
        <strong dir="auto">${title}</strong>
        ${readAt === null ? html`<span class="new small">${this.words.notifications.unread}</span>` : nothing}
      </div>
      <p dir="auto">${text}</p>
      <time class="muted small" datetime=${at}>${listMomentLabel(Date.parse(at), this.viewerZone, this.language.locale)}</time>
    </li>`;
  }

  async #read(newest: Notification): Promise<void> {
    await this.act("read", () => this.api.markRead(newest.id));
    if (this.problem === null) await this.load();
  }

  async #more(cursor: string): Promise<void> {
    const page = await this.act("more", () => this.api.notifications({ limit: 20, cursor }));
    if (page === undefined) return;
    this.items = [...this.items, ...page.items];
    this.cursor = page.nextCursor;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-notifications": HallpassNotifications;
  }
}
