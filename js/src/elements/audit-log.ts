import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Page, RecordEntry } from "../client/wire.js";
import { listMomentLabel } from "../i18n/format.js";
import type { Messages } from "../i18n/messages.js";
import { screenWords } from "../i18n/screens.js";
import { withinSentence } from "../i18n/names.js";
import { auditLogStyle } from "./audit-log.style.js";
import { doneInSession } from "./record-entry.js";
import { ReadingElement } from "./reading-element.js";
import { saveFile } from "./save-file.js";

/** How long a burst of changes may settle before the list is read anew, in milliseconds. */
const settleMs = 150;

/**
 * What is on record about a ticket (`ticket-id`) or within a session (`session-id`): who did what,
 * on whose behalf, when. Follows the live events.
 *
 * @tag hallpass-audit-log
 * @csspart card - the whole list
 * @csspart entry - one event on record
 */
export class HallpassAuditLog extends ReadingElement {
  static override styles = [...ReadingElement.styles, auditLogStyle];

  static override properties = {
    ...ReadingElement.properties,
    ticketId: { attribute: "ticket-id" },
    sessionId: { attribute: "session-id" },
    own: { type: Boolean },
    entries: { state: true },
    cursor: { state: true },
    shown: { state: true },
  };

  declare ticketId: string | undefined;
  declare sessionId: string | undefined;
  /** Read the session as the user whom it concerns, rather than as staff. */
  declare own: boolean;
  declare private entries: readonly RecordEntry[];
  declare private cursor: string | null;
  declare private shown: string;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.own = false;
    this.entries = [];
    this.cursor = null;
    this.shown = "";
  }

  protected override get words(): Messages {
    return screenWords(this.language);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen({ event: () => this.refresh(), resync: () => this.refresh() });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#settling);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has("ticketId") || changed.has("sessionId")) void this.load();
  }

  /** Reads the list anew, once for a burst of changes. */
  refresh(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.load(), settleMs);
  }

  /** Reads from the beginning, as far as was shown before. */
  protected override async read(): Promise<void> {
    const wanted = Math.max(this.entries.length, 1);
    let page = await this.#page(undefined);
    let entries = [...page.items];
    while (page.nextCursor !== null && entries.length < wanted) {
      page = await this.#page(page.nextCursor);
      entries = [...entries, ...page.items];
    }
    this.entries = entries;
    this.cursor = page.nextCursor;
  }

  #page(cursor: string | undefined): Promise<Page<RecordEntry>> {
    const query = { limit: 100, ...(cursor === undefined ? {} : { cursor }) };
    if (this.sessionId) {
      return this.own ? this.api.mySessionLog(this.sessionId, query) : this.api.sessions.log(this.sessionId, query);
    }
    return this.api.ticketActivity(this.ticketId ?? "", query);
  }

  protected override render(): TemplateResult {
    const { log } = this.words;
    const names = [...new Set(this.entries.map(({ event }) => event))];
    const shown = this.entries.filter(({ event }) => this.shown === "" || event === this.shown);
    return html`<section class="card" part="card" aria-labelledby="title">
      <header>
        <h2 id="title">${log.title}</h2>
        ${this.entries.length === 0
          ? nothing
          : html`<div class="tools">
              <label class="sr" for="filter">${log.filter}</label>
              <select
                id="filter"
                .value=${this.shown}
                @change=${(event: Event) => {
                  this.shown = (event.target as HTMLSelectElement).value;
                }}
              >
                <option value="">${log.all}</option>
                ${names.map((name) => html`<option value=${name}>${log.events[name] ?? name}</option>`)}
              </select>
              ${this.button({ name: "csv", kind: "plain", label: log.exportCsv, click: () => void this.act("csv", () => this.#export("csv")) })}
              ${this.button({ name: "lines", kind: "plain", label: log.exportLines, click: () => void this.act("lines", () => this.#export("jsonl")) })}
            </div>`}
      </header>
      ${shown.length > 0
        ? html`<ol>${shown.map((entry) => this.#renderEntry(entry))}</ol>`
        : this.emptyNotice(log.none)}
      ${this.cursor === null
        ? nothing
        : this.button({ name: "more", label: log.more, click: () => void this.act("more", () => this.#more()) })}
      ${this.problemNotice()} ${this.connectionNotice()}
    </section>`;
  }

  async #more(): Promise<void> {
    if (this.cursor === null) return;
    const page = await this.#page(this.cursor);
    this.entries = [...this.entries, ...page.items];
    this.cursor = page.nextCursor;
  }

  #renderEntry(entry: RecordEntry): TemplateResult {
    const { log } = this.words;
    const actor = withinSentence(entry.actorName ?? entry.actorId ?? (peopleErased(entry) ? log.erased : log.system));
    const subject = withinSentence(entry.subjectName ?? entry.subjectId ?? "");
    const isUser = entry.actorId === entry.subjectId || subject === "";
    const acted = doneInSession(entry);
    const refused = entry.outcome !== undefined && entry.outcome !== "success";
    return html`<li part="entry" data-event=${entry.event} data-actor=${entry.actorId ?? ""} data-subject=${entry.subjectId ?? ""}>
      <span class="mark ${entry.event}" aria-hidden="true"></span>
      <p>
        <strong>${log.events[entry.event] ?? entry.event}</strong>
        ${acted && entry.resourceType !== undefined
          ? html`<span>${log.resource(withinSentence(entry.resourceType), withinSentence(entry.resourceId ?? "") || undefined)}</span>`
          : nothing}
        ${refused ? html`<span class="refused">${entry.outcome}</span>` : nothing}
        <span class="muted who">
          ${isUser ? actor : acted ? log.onBehalf(actor, subject) : html`${actor} · ${log.about(subject)}`}
        </span>
      </p>
      <time class="muted small" datetime=${entry.at}
        >${listMomentLabel(Date.parse(entry.at), this.viewerZone, this.language.locale)}</time
      >
    </li>`;
  }

  /** Everything there is, not only what was paged to; narrowed as the list is. */
  async #export(kind: "csv" | "jsonl"): Promise<void> {
    const all = [...this.entries];
    for (let next = this.cursor; next !== null; ) {
      const page = await this.#page(next);
      all.push(...page.items);
      next = page.nextCursor;
    }
    const entries = all.filter(({ event }) => this.shown === "" || event === this.shown);
    const text = kind === "csv" ? toCsv(entries) : entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    saveFile(`activity-${this.ticketId ?? this.sessionId ?? ""}.${kind}`, kind === "csv" ? "text/csv" : "application/jsonl", text);
  }
}

/** Whatever concerns a session or a grant names its user, also where the system did it: until that is erased. */
function peopleErased(entry: RecordEntry): boolean {
  const named = entry.actorId ?? entry.subjectId ?? entry.agentId ?? null;
  return named === null && (entry.sessionId ?? entry.grantId ?? null) !== null;
}

const columns = [
  "sequence",
  "at",
  "event",
  "actorId",
  "actorName",
  "subjectId",
  "subjectName",
  "agentId",
  "tenantId",
  "ticketId",
  "grantId",
  "sessionId",
  "ip",
  "userAgent",
  "method",
  "resourceType",
  "resourceId",
  "outcome",
  "durationMs",
  "metadata",
] as const;

/** RFC 4180. Text that a spreadsheet would run as a formula is kept as text. */
export function toCsv(entries: readonly RecordEntry[]): string {
  const cell = (value: unknown): string => {
    const plain =
      value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
    const safe = /^[\t\r\n]|^\s*[=+\-@]/.test(plain) ? `'${plain}` : plain;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const rows = entries.map((entry) => columns.map((name) => cell(entry[name])).join(","));
  return `${[columns.join(","), ...rows].join("\r\n")}\r\n`;
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-audit-log": HallpassAuditLog;
  }
}
