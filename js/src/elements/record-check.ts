import { html, nothing, type TemplateResult } from "lit";
import type { HallpassClient } from "../client/hallpass-client.js";
import type { RecordEntry, Session } from "../client/wire.js";
import type { Messages } from "../i18n/messages.js";
import { createRecordVerifier, type EntryState, type HeadStore, type RecordState, type RecordVerifier } from "../record/index.js";
import type { ButtonOptions } from "./hallpass-element.js";
import { saveFile } from "./save-file.js";

/** What the check needs of the element that shows entries. */
export interface RecordCheckHost {
  readonly client: HallpassClient;
  readonly store: HeadStore | undefined;
  words(): Messages["record"];
  /** The entry as it is shown now. */
  entry(sequence: number): RecordEntry | undefined;
  button(options: ButtonOptions): TemplateResult;
  requestUpdate(): void;
}

type Mark = EntryState | { readonly status: "checking" };

const checking: Mark = { status: "checking" };
/** A session starts on a whole second, and its entry is written when that is settled. */
const startWithinMs = 60_000;

/**
 * Checks the entries that are on screen, and says what came of it. Loaded by itself, after what it checks is shown.
 * Elements with `data-sequence` show an entry.
 */
export class RecordCheck {
  readonly client: HallpassClient;
  readonly #host: RecordCheckHost;
  readonly #verifier: RecordVerifier;
  readonly #marks = new Map<number, { readonly entry: RecordEntry; readonly mark: Mark }>();
  readonly #onScreen = new Set<Element>();
  readonly #observer: IntersectionObserver;

  static async open(host: RecordCheckHost): Promise<RecordCheck> {
    const { client, store } = host;
    return new RecordCheck(host, await createRecordVerifier(store === undefined ? { client } : { client, store }));
  }

  private constructor(host: RecordCheckHost, verifier: RecordVerifier) {
    this.client = host.client;
    this.#host = host;
    this.#verifier = verifier;
    this.#observer = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes) {
        if (isIntersecting) this.#onScreen.add(target);
        else this.#onScreen.delete(target);
      }
      this.#checkOnScreen();
    });
  }

  /** Looks at the record's head anew, and at what could not be checked before. */
  async refresh(): Promise<void> {
    for (const [sequence, { mark }] of this.#marks) if (mark.status === "unchecked") this.#marks.delete(sequence);
    await this.#verifier.refresh();
    this.#checkOnScreen();
    this.#host.requestUpdate();
  }

  /** Called when the element has rendered. */
  watch(root: ParentNode): void {
    for (const each of root.querySelectorAll("[data-sequence]")) this.#observer.observe(each);
    this.#checkOnScreen();
  }

  stop(): void {
    this.#observer.disconnect();
    this.#onScreen.clear();
  }

  #checkOnScreen(): void {
    if (this.#verifier.state.status === "checking") return; // `refresh` comes back to it
    for (const each of this.#onScreen) {
      const entry = each.isConnected ? this.#host.entry(Number(each.getAttribute("data-sequence"))) : undefined;
      if (entry === undefined) this.#onScreen.delete(each);
      else if (this.#marks.get(entry.sequence)?.entry !== entry) void this.#check(entry);
    }
  }

  async #check(entry: RecordEntry): Promise<void> {
    const { sequence } = entry;
    const before = this.#marks.get(sequence)?.mark ?? checking;
    // What is read anew is the same most of the time: the mark stays until it is known to be another one.
    this.#marks.set(sequence, { entry, mark: before.status === "verified" ? checking : before });
    const mark = await this.#verifier.verify(entry);
    if (this.#marks.get(sequence)?.entry === entry) this.#marks.set(sequence, { entry, mark });
    this.#host.requestUpdate();
  }

  #markOf(entry: RecordEntry, visit: Session): Mark {
    const { state } = this.#verifier;
    if (state.status === "alarm") return { status: "unchecked", reason: "alarm" };
    if (state.status === "unchecked") return state;
    const known = this.#marks.get(entry.sequence);
    const mark = known?.entry === entry ? known.mark : checking;
    return mark.status === "verified" && !fits(entry, visit) ? { status: "failed", fault: "shown_otherwise" } : mark;
  }

  /** What stands beside an entry. @param visit under which it is shown */
  mark(entry: RecordEntry, visit: Session): TemplateResult {
    const words = this.#host.words();
    const mark = this.#markOf(entry, visit);
    const erased = mark.status === "verified" && mark.erased.length > 0;
    return html`<span class="check ${mark.status}" part="check ${mark.status}"
      ><span class="sign" aria-hidden="true"></span>${words[mark.status]}${erased ? ` · ${words.erased}` : nothing}</span
    >`;
  }

  /** What is wrong with the record, and what to do; nothing where all is well. @param shown what is on the list */
  alarm(shown: readonly (readonly [RecordEntry, Session])[]): TemplateResult | typeof nothing {
    const words = this.#host.words();
    const { state } = this.#verifier;
    const bad = shown.filter(([entry, visit]) => this.#markOf(entry, visit).status === "failed").map(([entry]) => entry);
    if (state.status !== "alarm" && bad.length === 0) return nothing;
    return html`<div class="notice bad alarm" part="alarm">
      <span class="dot" aria-hidden="true"></span>
      <div>
        <strong>${words.alarm}</strong>
        <p>${words.alarms[state.status === "alarm" ? state.alarm : "entry"]}</p>
        <p>${words.whatToDo}</p>
        ${this.#host.button({ name: "evidence", kind: "danger", label: words.save, click: () => save(state, bad, this.client) })}
      </div>
    </div>`;
  }

  /** Against what the entries were checked, or why not; where there is an alarm, that says it. */
  summary(): TemplateResult | typeof nothing {
    const words = this.#host.words();
    const { state } = this.#verifier;
    if (state.status === "alarm") return nothing;
    const text =
      state.status === "checking" ? words.checking : state.status === "holds" ? words.holds[state.memory] : words.reasons[state.reason];
    return html`${text}
    ${state.status === "unchecked" && state.reason === "unreachable"
      ? this.#host.button({ name: "check-again", kind: "plain", label: words.again, click: () => void this.refresh() })
      : nothing}`;
  }
}

/** Whether the start of a session on record is the one that the visit's line shows. */
function fits(entry: RecordEntry, visit: Session): boolean {
  if (entry.sessionId !== visit.id) return false;
  if (entry.event !== "impersonation_started") return true;
  const agent = entry.agentId ?? visit.actorAdminUserId; // erased: the record no longer says
  return agent === visit.actorAdminUserId && Math.abs(Date.parse(entry.at) - Date.parse(visit.startedAt)) < startWithinMs;
}

/** Saves both signed heads and the entries that do not hold: for whoever is to explain them. */
function save(state: RecordState, entries: readonly RecordEntry[], client: HallpassClient): void {
  const server = new URL(`${client.transport.baseUrl}/`, location.href).href;
  const evidence = { server, savedAt: new Date(client.clock.now()).toISOString(), record: state, entries };
  saveFile("hallpass-evidence.json", "application/json", JSON.stringify(evidence, null, 2));
}
