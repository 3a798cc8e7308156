import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { HallpassClient } from "../client/hallpass-client.js";
import type { LiveListener, LiveState } from "../client/live.js";
import { HallpassProblem } from "../client/problem.js";
import { loadScreenCore, type ScreenCore } from "./screen-core.js";
import { type Language, languageFor, languageOf } from "../i18n/language.js";
import type { EssentialMessages } from "../i18n/messages.js";
import { appearance, controls } from "./appearance.js";
import { ticker } from "./ticker.js";

/** One client for each address, so that all elements of a page share its stream of events. */
const clients = new Map<string, HallpassClient>();

function sharedClient(baseUrl: string): HallpassClient {
  let client = clients.get(baseUrl);
  if (client === undefined) {
    client = new HallpassClient({ baseUrl });
    clients.set(baseUrl, client);
  }
  return client;
}

export interface ButtonOptions {
  /** Which deed it does: the button shows progress while `act` runs under this name. */
  readonly name: string;
  readonly label: unknown;
  readonly kind?: "default" | "primary" | "danger" | "plain" | "choice";
  readonly disabled?: boolean;
  readonly describedBy?: string;
  click(): void;
}

/**
 * What all components have in common: language, client, live events, the core, and deeds that
 * show progress and cannot be doubled. What stands between an element's tags is shown until the
 * element is defined: put a link or a form there for people without JavaScript.
 *
 * @csspart button - each button; its kind (primary, danger, plain, choice) and its name are parts as well
 * @csspart problem - what went wrong
 * @csspart connection - that what is shown may be out of date
 * @cssprop --hallpass-text - text
 * @cssprop --hallpass-muted - text that matters less
 * @cssprop --hallpass-surface - behind cards and fields
 * @cssprop --hallpass-raised - behind what lies on a card
 * @cssprop --hallpass-line - lines between things
 * @cssprop --hallpass-control-line - the outline of buttons and fields
 * @cssprop --hallpass-accent - the main button
 * @cssprop --hallpass-on-accent - text on the main button
 * @cssprop --hallpass-danger - text of what takes something away
 * @cssprop --hallpass-danger-surface - behind refusals
 * @cssprop --hallpass-good-surface - behind access in force
 * @cssprop --hallpass-wait-surface - behind what waits
 * @cssprop --hallpass-wait - the mark of what waits
 * @cssprop --hallpass-focus - the ring around what has the focus
 * @cssprop --hallpass-radius - how round corners are
 * @cssprop --hallpass-space - the room around things
 * @cssprop --hallpass-font - the font
 * @cssprop --hallpass-font-size - the size of text
 */
export abstract class HallpassElement extends LitElement {
  static override styles = [appearance, controls];

  static override properties = {
    lang: { type: String, reflect: true },
    baseUrl: { attribute: "base-url" },
    client: { attribute: false },
    busy: { state: true },
    problem: { state: true },
    connection: { state: true },
    core: { state: true },
  };

  /** BCP 47; without it the nearest `lang` above the element counts. */
  declare lang: string;
  /** Where hallpassd is reached; "" is the page's own origin. */
  declare baseUrl: string;
  /** A client of the host's own, for example with a bearer. */
  declare client: HallpassClient | undefined;
  /** The deed in progress, or null. */
  declare protected busy: string | null;
  /** Why the last deed or load failed. */
  declare protected problem: HallpassProblem | null;
  declare protected connection: LiveState;
  declare protected core: ScreenCore | null;

  #unsubscribe: (() => void) | null = null;
  #langWatch: MutationObserver | null = null;
  #language: Language | null = null;

  constructor() {
    super();
    this.baseUrl = "";
    this.busy = null;
    this.problem = null;
    this.connection = "idle";
    this.core = null;
  }

  protected get api(): HallpassClient {
    return this.client ?? sharedClient(this.baseUrl);
  }

  protected get language(): Language {
    this.#language ??= this.lang ? languageFor(this.lang) : languageOf(this);
    return this.#language;
  }

  /** What the element says; those that say more than the essential override it. */
  protected get words(): EssentialMessages {
    return this.language.messages;
  }

  /** The viewer's zone, for times that are about them. */
  protected get viewerZone(): string {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#langWatch = new MutationObserver(() => {
      this.#language = null;
      this.requestUpdate();
    });
    this.#langWatch.observe(document.documentElement, { attributes: true, attributeFilter: ["lang", "dir"] });
    this.#language = null;
    void this.#loadCore();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#langWatch?.disconnect();
    this.unlisten();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("lang")) this.#language = null;
  }

  async #loadCore(): Promise<void> {
    try {
      this.core = await loadScreenCore();
      ticker.poke();
    } catch {
      this.coreFailed();
    }
  }

  /** Called where the core cannot be loaded; what needs it shows so. */
  protected coreFailed(): void {
    this.requestUpdate();
  }

  /** Follows the live events until `unlisten` or removal. */
  protected listen(listener: LiveListener): void {
    this.unlisten();
    this.#unsubscribe = this.api.live.subscribe({
      ...listener,
      state: (state) => {
        this.connection = state;
        listener.state?.(state);
      },
    });
  }

  protected unlisten(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  /** Does one thing at a time: a second click while `name` or anything else is under way does nothing. */
  protected async act<T>(name: string, deed: () => Promise<T>): Promise<T | undefined> {
    if (this.busy !== null) return undefined;
    this.busy = name;
    this.problem = null;
    try {
      return await deed();
    } catch (problem) {
      if (!(problem instanceof HallpassProblem)) throw problem;
      this.problem = problem;
      return undefined;
    } finally {
      this.busy = null;
    }
  }

  /** A sentence that says what went wrong and what to do, in the viewer's language. */
  protected explain(problem: HallpassProblem): string {
    const { problems, common } = this.words;
    if (problem.code === "NETWORK") return navigator.onLine ? common.unreachable : common.offline;
    return problems[`${problem.field}:${problem.reason}`] ?? problems[problem.code] ?? common.failed;
  }

  /** A button that shows progress while its deed runs and looks disabled while another does. */
  protected button(options: ButtonOptions): TemplateResult {
    const busy = this.busy === options.name;
    const disabled = options.disabled === true || this.busy !== null;
    // aria-disabled rather than disabled: the button stays reachable, and its reason readable.
    return html`<button
      type="button"
      part="button ${options.kind ?? "default"} ${options.name}"
      class=${options.kind ?? "default"}
      aria-disabled=${disabled ? "true" : nothing}
      aria-busy=${busy ? "true" : nothing}
      aria-describedby=${options.describedBy ?? nothing}
      @click=${() => {
        if (!disabled) options.click();
      }}
    >${options.label}</button>`;
  }

  /** The last problem, announced; nothing where all is well. */
  protected problemNotice(retry?: () => void): TemplateResult {
    const problem = this.problem;
    return html`<div role="alert" class="when-full">
      ${problem === null
        ? nothing
        : html`<p class="notice bad" part="problem">
            <span class="dot" aria-hidden="true"></span><span>${this.explain(problem)}</span>
          </p>`}
      ${problem !== null && retry !== undefined
        ? this.button({ name: "retry", label: this.words.common.retry, click: retry, kind: "plain" })
        : nothing}
    </div>`;
  }

  /** Says that what is shown may be out of date; nothing while the stream is open. */
  protected connectionNotice(): TemplateResult | typeof nothing {
    if (this.connection !== "reconnecting") return nothing;
    const { common } = this.words;
    return html`<p class="muted small" part="connection" role="status">
      ${navigator.onLine ? common.reconnecting : common.offline}
    </p>`;
  }

  /** Dispatches a typed event that crosses shadow roots. */
  protected announce<T>(type: string, detail: T, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent<T>(type, { detail, bubbles: true, composed: true, cancelable }));
  }
}

/** The newest of two versions of one list's entry replaces the older; a new one is added. */
export function mergeById<T extends { readonly id: string }>(list: readonly T[], entry: T): readonly T[] {
  return list.some((known) => known.id === entry.id)
    ? list.map((known) => (known.id === entry.id ? entry : known))
    : [...list, entry];
}
