import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Grant, RecordEntry, Session } from "../client/wire.js";
import { listMomentLabel } from "../i18n/format.js";
import type { Messages } from "../i18n/messages.js";
import { screenWords } from "../i18n/screens.js";
import { withinSentence } from "../i18n/names.js";
import { mergeById } from "./hallpass-element.js";
import { LiveElement } from "./live-element.js";
import { myAccessStyle } from "./my-access.style.js";
import type { HeadStore } from "../record/index.js";
import type { RecordCheck } from "./record-check.js";
import { doneInSession } from "./record-entry.js";
import { statusAt } from "./status.js";
import { ticker } from "./ticker.js";

/** Of a session's entries, those that are shown beside what was done in it. */
const edges = ["impersonation_started", "impersonation_ended"];
const shown = (entry: RecordEntry): boolean => doneInSession(entry) || edges.includes(entry.event);

/**
 * "Who has been in my account": for a user, what waits for an answer, what access they have given,
 * and every visit with everything that was opened and changed. No setting hides a visit. The viewer's
 * own browser checks each entry that is on screen against the record's signed head that it remembers.
 *
 * @tag hallpass-my-access
 * @csspart card - the list of visits
 * @csspart visit - one visit
 * @csspart check - what the check of an entry came to; `verified`, `checking`, `unchecked` and `failed` are parts as well
 * @csspart alarm - that the record was changed or cut
 * @csspart record - against what the entries were checked
 * @csspart prompt - the card of each request and consent
 * @csspart reason - why access is asked for
 * @csspart scopes - what the agent may do
 * @csspart note - what access means
 */
export class HallpassMyAccess extends LiveElement {
  static override styles = [...LiveElement.styles, myAccessStyle];

  static override properties = {
    ...LiveElement.properties,
    headStore: { attribute: false },
    grants: { state: true },
    visits: { state: true },
    logs: { state: true },
    check: { state: true },
  };

  /** Where the record's head is remembered, if not in the page's `localStorage`. Set it before the element is in the page. */
  declare headStore: HeadStore | undefined;
  declare private grants: readonly Grant[];
  declare private visits: readonly Session[];
  declare private logs: ReadonlyMap<string, readonly RecordEntry[]>;
  /** Null until it is loaded; undefined where that failed. */
  declare private check: RecordCheck | null | undefined;
  #opening: Promise<void> | null = null;

  constructor() {
    super();
    this.grants = [];
    this.visits = [];
    this.logs = new Map();
    this.check = null;
  }

  protected override get words(): Messages {
    return screenWords(this.language);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.check?.stop();
  }

  protected override updated(): void {
    if (this.isConnected) this.check?.watch(this.renderRoot);
  }

  protected override onEvent(): void {
    void this.load();
  }

  tick(): { now: number; nextWake: number | null } {
    const now = this.api.clock.now();
    this.requestUpdate();
    const ends = this.grants
      .map(({ status, grantedUntil, pendingUntil }) => Date.parse((status === "pending" ? pendingUntil : grantedUntil) ?? ""))
      .filter((end) => end > now);
    return { now, nextWake: ends.length === 0 ? null : Math.min(...ends) };
  }

  protected async read(): Promise<void> {
    try {
      const [requests, grants, visits] = await Promise.all([
        this.api.myRequests({ limit: 100 }),
        this.api.myGrants({ limit: 100 }),
        this.api.mySessions({ limit: 100 }),
      ]);
      this.grants = grants.items.reduce(mergeById, requests.items);
      this.visits = [...visits.items].sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
      for (const id of this.logs.keys()) void this.#open(id);
    } finally {
      ticker.poke();
      this.#followRecord();
    }
  }

  #followRecord(): void {
    if (this.check && this.check.client !== this.api) {
      this.check.stop();
      this.#opening = null;
    }
    this.#opening ??= this.#openCheck();
    void this.#opening.then(() => this.check?.refresh());
  }

  /** A script of its own, so that the list waits for nothing. What is not checked says so. */
  async #openCheck(): Promise<void> {
    try {
      const { RecordCheck: check } = await import("./record-check.js");
      this.check = await check.open({
        client: this.api,
        store: this.headStore,
        words: () => this.words.record,
        entry: (sequence) => this.#entries().find(([each]) => each.sequence === sequence)?.[0],
        button: (options) => this.button(options),
        requestUpdate: () => this.requestUpdate(),
      });
    } catch {
      this.check = undefined;
      this.#opening = null; // the next reading tries again
    }
  }

  /** What is listed below visits, each with its visit. */
  #entries(): readonly (readonly [RecordEntry, Session])[] {
    return this.visits.flatMap((visit) => (this.logs.get(visit.id) ?? []).filter(shown).map((entry) => [entry, visit] as const));
  }

  protected override render(): TemplateResult {
    const { mine } = this.words;
    const now = this.api.clock.now();
    const alarm = this.check?.alarm(this.#entries()) ?? nothing;
    const live = this.grants.filter((grant) => statusAt(this.core, grant, now) === "granted");
    const waiting = this.grants.filter((grant) => statusAt(this.core, grant, now) === "pending");
    return html`
      ${[...waiting, ...live].map(
        (grant) =>
          html`<hallpass-consent-prompt
            exportparts="card: prompt, reason, scopes, note, button, problem"
            .client=${this.client} base-url=${this.baseUrl} .grant=${grant} grant-id=${grant.id}></hallpass-consent-prompt>`,
      )}
      <section class="card" part="card" aria-labelledby="title">
        <h2 id="title">${mine.title}</h2>
        <div role="alert" class="when-full">${alarm}</div>
        ${this.visits.length > 0
          ? html`<ul>
              ${repeat(this.visits, ({ id }) => id, (visit) => this.#renderVisit(visit, now))}
            </ul>`
          : this.emptyNotice(mine.none)}
        <p class="muted small record" part="record" role="status"
          >${alarm !== nothing ? nothing : this.check === undefined ? this.words.record.reasons.unreachable : this.check?.summary()}</p
        >
        ${this.problemNotice()} ${this.connectionNotice()}
      </section>
    `;
  }

  #renderVisit(visit: Session, now: number): TemplateResult {
    const { mine } = this.words;
    const { locale } = this.language;
    const running = visit.status === "active" && Date.parse(visit.expiresAt) > now;
    const state = running ? mine.running : mine.ended[visit.status === "active" ? "expired" : visit.status];
    const when = listMomentLabel(Date.parse(visit.startedAt), this.viewerZone, locale);
    return html`<li part="visit">
      <div class="line">
        <strong>${mine.visit(withinSentence(visit.actorName ?? visit.actorAdminUserId), when)}</strong>
        <span class=${running ? "running" : "muted"}>${state}</span>
      </div>
      <p class="muted" dir="auto">${visit.reason}</p>
      <details
        @toggle=${(event: Event) => {
          if ((event.target as HTMLDetailsElement).open) void this.#open(visit.id);
        }}
      >
        <summary>${mine.actions}</summary>
        ${this.#renderLog(visit)}
      </details>
    </li>`;
  }

  async #open(id: string): Promise<void> {
    try {
      const { items } = await this.api.mySessionLog(id, { limit: 200 });
      this.logs = new Map(this.logs).set(id, items);
    } catch {
      // Opening it again asks again.
    }
  }

  #renderLog(visit: Session): TemplateResult {
    const { mine, common } = this.words;
    const entries = this.logs.get(visit.id);
    if (entries === undefined) return html`<p class="muted small">${common.loading}</p>`;
    return html`<ol>
        ${entries.filter(shown).map((entry) => this.#renderEntry(entry, visit))}
      </ol>
      ${entries.some(doneInSession) ? nothing : html`<p class="muted small">${mine.noActions}</p>`}`;
  }

  #renderEntry(entry: RecordEntry, visit: Session): TemplateResult {
    const { mine, log, record } = this.words;
    const what = entry.resourceType !== undefined && doneInSession(entry)
      ? log.resource(withinSentence(entry.resourceType), withinSentence(entry.resourceId ?? "") || undefined)
      : entry.event === edges[0] && entry.agentId !== undefined
        ? `(${mine.recordedAs(withinSentence(entry.agentId))})`
        : "";
    return html`<li data-sequence=${entry.sequence}>
      <time class="muted" datetime=${entry.at}
        >${listMomentLabel(Date.parse(entry.at), this.viewerZone, this.language.locale)}</time
      >
      ${log.events[entry.event] ?? entry.event} ${what}
      ${this.check === undefined
        ? html`<span class="check unchecked" part="check unchecked">${record.unchecked}</span>`
        : this.check?.mark(entry, visit)}
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-my-access": HallpassMyAccess;
  }
}
