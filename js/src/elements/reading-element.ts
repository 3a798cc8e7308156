import { html, nothing, type TemplateResult } from "lit";
import type { HallpassProblem } from "../client/problem.js";
import { HallpassElement } from "./hallpass-element.js";
import { Reading } from "./reading.js";

/** A component that shows what it read, and tries again by itself where that failed. */
export abstract class ReadingElement extends HallpassElement {
  static override properties = {
    ...HallpassElement.properties,
    loaded: { state: true },
  };

  /** It was read: where nothing is listed, there is nothing. */
  declare protected loaded: boolean;
  protected readonly reading = new Reading(
    () => this.#readOnce(),
    (problem) => this.unread(problem),
  );

  constructor() {
    super();
    this.loaded = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.reading.stop();
  }

  /** Reads what is shown anew. Never rejects. */
  load(): Promise<void> {
    return this.reading.again();
  }

  /** Reads what is shown once. @throws HallpassProblem */
  protected abstract read(): Promise<void>;

  /** Says why nothing can be shown. What was read before stays. */
  protected unread(problem: HallpassProblem): void {
    if (!this.loaded) this.problem = problem;
  }

  /** What stands in the place of a list without entries. */
  protected emptyNotice(none: string): TemplateResult | typeof nothing {
    if (this.loaded) return html`<p class="muted">${none}</p>`;
    return this.problem === null ? html`<p class="muted">${this.words.common.loading}</p>` : nothing;
  }

  async #readOnce(): Promise<void> {
    await this.read();
    if (!this.loaded) this.problem = null;
    this.loaded = true;
  }
}
