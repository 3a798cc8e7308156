import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { HallpassProblem } from "../client/problem.js";
import type { ReportQuery } from "../client/report-calls.js";
import type { Me } from "../client/wire.js";
import type { Messages } from "../i18n/messages.js";
import { screenWords } from "../i18n/screens.js";
import { HallpassElement } from "./hallpass-element.js";
import { type Figure, figuresOf, type Reports } from "./reports-figures.js";
import type { Plot } from "./reports-plot.js";
import { reportsStyle } from "./reports.style.js";

const periods = [7, 30, 90, 365] as const;
const dayMs = 86_400_000;

/**
 * Reports for admins: sessions, actions, resources, origins, success and failure, as plots and as
 * tables. The plots are drawn by a chart library that is loaded when the first one is shown.
 *
 * @tag hallpass-reports
 * @csspart card - all figures
 * @csspart figure - one figure
 * @csspart plot - its drawing
 * @csspart table - the same numbers
 */
export class HallpassReports extends HallpassElement {
  static override styles = [...HallpassElement.styles, reportsStyle];

  static override properties = {
    ...HallpassElement.properties,
    tenantId: { attribute: "tenant-id" },
    days: { type: Number },
    reports: { state: true },
    me: { state: true },
    plotless: { state: true },
  };

  /** Without it, every tenant that the admin works for, unless one is chosen. */
  declare tenantId: string | undefined;
  /** How many days up to now are reported: 7, 30 (the default), 90 or 365. */
  declare days: number;
  declare private reports: Reports | null;
  declare private me: Me | null;
  /** Plots cannot be drawn: the tables are open. */
  declare private plotless: boolean;
  readonly #plots = new Map<string, Plot>();
  readonly #dark = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
  #chosen = "";
  #asked = 0;

  constructor() {
    super();
    this.days = 30;
    this.reports = null;
    this.me = null;
    this.plotless = false;
  }

  protected override get words(): Messages {
    return screenWords(this.language);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#dark?.addEventListener("change", this.#redraw);
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#dark?.removeEventListener("change", this.#redraw);
    this.#forgetPlots();
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (changed.get("tenantId") !== undefined || changed.get("days") !== undefined) void this.load();
    void this.#draw();
  }

  /** Reads the reports anew. */
  async load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      this.me ??= await this.api.me();
      const query = this.#query();
      const calls = this.api.reports;
      const [sessions, actions, resources, origins, outcomes] = await Promise.all([
        calls.sessions(query),
        calls.actions(query),
        calls.resources(query),
        calls.origins(query),
        calls.outcomes(query),
      ]);
      if (asked !== this.#asked) return; // another period was chosen meanwhile
      this.reports = { sessions, actions, resources, origins, outcomes };
      this.problem = null;
    } catch (problem) {
      if (!(problem instanceof HallpassProblem)) throw problem;
      if (asked === this.#asked) this.problem = problem;
    }
  }

  #query(): ReportQuery {
    const now = this.api.clock.now();
    const tenantId = this.tenantId ?? (this.#chosen === "" ? undefined : this.#chosen);
    return {
      // Whole seconds: five reports of one moment, without a fraction.
      from: new Date(Math.floor(now / 1000) * 1000 - this.days * dayMs).toISOString(),
      to: new Date(Math.floor(now / 1000) * 1000).toISOString(),
      ...(tenantId === undefined ? {} : { tenantId }),
    };
  }

  protected override render(): TemplateResult {
    const { reports: words, common } = this.words;
    return html`<section class="card" part="card" aria-labelledby="title">
      <header>
        <h2 id="title">${words.title}</h2>
        <div class="tools">${this.#renderPeriod()} ${this.#renderTenant()}</div>
      </header>
      ${this.problemNotice(() => void this.load())}
      ${this.reports !== null
        ? this.#renderReports(this.reports)
        : this.problem === null
          ? html`<p class="muted" role="status">${common.loading}</p>`
          : nothing}
      <span class="tone accent" aria-hidden="true"></span><span class="tone danger" aria-hidden="true"></span
      ><span class="tone wait" aria-hidden="true"></span><span class="tone muted" aria-hidden="true"></span
      ><span class="tone line" aria-hidden="true"></span>
    </section>`;
  }

  #renderPeriod(): TemplateResult {
    const { reports: words } = this.words;
    return html`<select
      aria-label=${words.period}
      @change=${(event: Event) => {
        this.days = Number((event.target as HTMLSelectElement).value);
      }}
    >
      ${periods.map((days) => html`<option value=${days} ?selected=${days === this.days}>${words.lastDays(days)}</option>`)}
    </select>`;
  }

  #renderTenant(): TemplateResult | typeof nothing {
    const tenants = this.me?.tenants ?? [];
    if (this.tenantId !== undefined || tenants.length < 2) return nothing;
    const { reports: words } = this.words;
    return html`<select
      aria-label=${words.tenant}
      @change=${(event: Event) => {
        this.#chosen = (event.target as HTMLSelectElement).value;
        void this.load();
      }}
    >
      <option value="">${words.allTenants}</option>
      ${tenants.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
    </select>`;
  }

  #renderReports(reports: Reports): TemplateResult {
    const { reports: words } = this.words;
    const number = new Intl.NumberFormat(this.language.locale);
    const minutes = new Intl.NumberFormat(this.language.locale, {
      style: "unit",
      unit: "minute",
      unitDisplay: "long",
      maximumFractionDigits: 1,
    });
    const { sessions, outcomes } = reports;
    const partial = Object.values(reports).find(({ complete }) => !complete);
    const facts: readonly (readonly [string, string])[] = [
      [words.total, number.format(sessions.count)],
      [words.averageLength, sessions.averageSeconds === null ? "–" : minutes.format(sessions.averageSeconds / 60)],
      [words.succeeded, number.format(outcomes.success)],
      [words.failed, number.format(outcomes.failure)],
    ];
    const figures = figuresOf(reports, this.words, this.language.locale);
    return html`<dl class="facts">
        ${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      </dl>
      ${partial === undefined
        ? nothing
        : html`<p class="notice wait" role="status"><span class="dot" aria-hidden="true"></span
            ><span>${words.partial(number.format(partial.counted))}</span></p>`}
      ${figures.length === 0 ? html`<p class="muted" role="status">${words.none}</p>` : nothing}
      <div class="figures">${figures.map((figure) => this.#renderFigure(figure, number))}</div>`;
  }

  #renderFigure(figure: Figure, number: Intl.NumberFormat): TemplateResult {
    const { reports: words } = this.words;
    const rows = figure.days ? figure.rows.filter(({ values }) => values.some((value) => value > 0)) : figure.rows;
    return html`<figure part="figure" data-figure=${figure.name}>
      <figcaption><h3>${figure.title}</h3></figcaption>
      ${figure.tableOnly || this.plotless
        ? nothing
        : html`<div class="plot ${figure.days ? "days" : ""}" part="plot">
            <canvas role="img" aria-label=${words.plot(figure.title)}></canvas>
          </div>`}
      <details ?open=${figure.tableOnly === true || this.plotless}>
        <summary>${words.asTable(figure.title)}</summary>
        <div class="scroll" tabindex="0" role="region" aria-label=${words.asTable(figure.title)}>
          <table part="table">
            <thead>
              <tr><th scope="col">${figure.of}</th>${figure.series.map(({ label }) => html`<th scope="col" class="number">${label}</th>`)}</tr>
            </thead>
            <tbody>
              ${rows.map(
                ({ label, values }) =>
                  html`<tr><th scope="row">${label}</th>${values.map((value) => html`<td class="number">${number.format(value)}</td>`)}</tr>`,
              )}
            </tbody>
          </table>
        </div>
      </details>
    </figure>`;
  }

  readonly #redraw = (): void => {
    this.#forgetPlots();
    void this.#draw();
  };

  #forgetPlots(): void {
    for (const plot of this.#plots.values()) plot.destroy();
    this.#plots.clear();
  }

  async #draw(): Promise<void> {
    if (this.reports === null || this.plotless) return;
    try {
      const { Plot } = await import("./reports-plot.js");
      if (!this.isConnected || this.reports === null) return;
      this.#drawWith(Plot);
    } catch (problem) {
      // Without the library the tables say the same.
      console.warn("hallpass-reports: the plots cannot be drawn", problem);
      this.plotless = true;
    }
  }

  #drawWith(PlotType: typeof Plot): void {
    if (this.reports === null) return;
    const shown = new Set<string>();
    for (const figure of figuresOf(this.reports, this.words, this.language.locale)) {
      const canvas = this.renderRoot.querySelector<HTMLCanvasElement>(`[data-figure=${figure.name}] canvas`);
      if (canvas === null) continue;
      shown.add(figure.name);
      const known = this.#plots.get(figure.name);
      if (known?.canvas === canvas) known.show(figure);
      else {
        known?.destroy();
        this.#plots.set(figure.name, new PlotType(canvas, figure, this.#look()));
      }
    }
    for (const [name, plot] of this.#plots) {
      if (shown.has(name)) continue;
      plot.destroy();
      this.#plots.delete(name);
    }
  }

  /** Colours and letters as the page's theme resolves them: a canvas knows no custom properties. */
  #look(): ConstructorParameters<typeof Plot>[2] {
    const colour = (tone: string): string => {
      const element = this.renderRoot.querySelector(`.tone.${tone}`);
      return element === null ? "gray" : getComputedStyle(element).color;
    };
    const own = getComputedStyle(this);
    return {
      tones: { accent: colour("accent"), danger: colour("danger"), wait: colour("wait") },
      text: colour("muted"),
      line: colour("line"),
      font: own.fontFamily,
      rightToLeft: own.direction === "rtl",
      locale: this.language.locale,
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-reports": HallpassReports;
  }
}
