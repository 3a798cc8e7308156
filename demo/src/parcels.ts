import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { app, AppProblem, type Corner, type Parcel, type Plan } from "./api.js";
import { page, show, type Viewer } from "./frame.js";
import { locale, words } from "./words.js";

const area = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

interface State {
  readonly who: Viewer;
  plan: Plan;
  chosen: string | null;
  draft: string;
  saying: string;
  wrong: boolean;
  saving: boolean;
}

const cropClass = (crop: string): string => crop.toLowerCase().replaceAll(" ", "-");

/** The plan's y runs down, north runs up. */
const points = (outline: readonly Corner[], height: number): string =>
  outline.map(([east, north]) => `${east},${height - north}`).join(" ");

function middle(outline: readonly Corner[], height: number): { x: number; y: number } {
  const sum = outline.reduce(([x, y], [east, north]) => [x + east, y + north] as const, [0, 0] as Corner);
  return { x: sum[0] / outline.length, y: height - sum[1] / outline.length };
}

function drawPlan(state: State): TemplateResult {
  const { farm, items } = state.plan;
  const lines = (length: number): number[] => Array.from({ length: Math.floor(length / 100) }, (_, at) => (at + 1) * 100);
  return html`<div class="card plan">
    <svg viewBox="0 0 ${farm.width} ${farm.height}" role="img" aria-label="${words.plan}, ${farm.name}">
      ${lines(farm.width).map((x) => svg`<line class="grid" x1=${x} x2=${x} y1="0" y2=${farm.height} />`)}
      ${lines(farm.height).map((y) => svg`<line class="grid" x1="0" x2=${farm.width} y1=${y} y2=${y} />`)}
      <path class="ditch" d="M0 470 L520 452 L900 440 L1600 422" />
      <path class="road" d="M700 900 L712 640 L704 540 L708 300 L716 0" />
      <rect class="yard" x="770" y="540" width="110" height="70" rx="4" />
      <rect class="yard" x="780" y="640" width="70" height="44" rx="4" />
      ${items.map((parcel) => drawParcel(state, parcel, farm.height))}
    </svg>
    <ul class="legend">
      ${[...new Set(items.map(({ crop }) => crop))].map(
        (crop) => html`<li><span class="swatch ${cropClass(crop)}"></span>${words.crops[crop] ?? crop}</li>`,
      )}
    </ul>
  </div>`;
}

function drawParcel(state: State, parcel: Parcel, height: number): SVGTemplateResult {
  const { x, y } = middle(parcel.outline, height);
  const chosen = parcel.id === state.chosen ? "chosen" : "";
  return svg`<g class="${cropClass(parcel.crop)} ${chosen}" data-parcel=${parcel.id} @click=${() => void choose(state, parcel.id)}>
    <polygon class="field" points=${points(parcel.outline, height)} />
    <text x=${x} y=${y}>${parcel.name}</text>
    <text class="area" x=${x} y=${y + 34}>${area.format(parcel.hectares)} ${words.hectares}</text>
  </g>`;
}

function drawList(state: State): TemplateResult {
  return html`<ul class="card list">
    ${state.plan.items.map(
      (parcel) => html`<li>
        <button aria-pressed=${parcel.id === state.chosen} @click=${() => void choose(state, parcel.id)}>
          <span class="swatch ${cropClass(parcel.crop)}"></span>
          <strong>${parcel.name}</strong>
          <span class="number">${area.format(parcel.hectares)} ${words.hectares}</span>
          <span class="crop muted small">${words.crops[parcel.crop] ?? parcel.crop}</span>
        </button>
      </li>`,
    )}
  </ul>`;
}

function drawOutline(state: State): TemplateResult {
  const parcel = state.plan.items.find(({ id }) => id === state.chosen);
  if (parcel === undefined) return html`<p class="muted">${words.pick}</p>`;
  return html`<form
    class="card outline"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      void save(state, parcel);
    }}
  >
    <h2><label for="outline">${words.outline}: ${parcel.name}</label></h2>
    <textarea
      id="outline"
      rows="7"
      aria-describedby="outline-hint"
      .value=${state.draft}
      @input=${(event: InputEvent) => {
        state.draft = (event.target as HTMLTextAreaElement).value;
      }}
    ></textarea>
    <p id="outline-hint" class="muted small">${words.outlineHint}</p>
    <div class="row">
      <button class="button primary" ?disabled=${state.saving}>${words.save}</button>
      <span role="status">${state.wrong ? html`<span class="notice">${state.saying}</span>` : state.saying || nothing}</span>
    </div>
  </form>`;
}

function draw(state: State): void {
  show(
    state.who,
    html`<div>
        <p class="crumb muted">${words.farm} ${state.plan.farm.name}</p>
        <h1>${words.parcels}</h1>
      </div>
      <div class="farm"><div>${drawList(state)}</div><div class="outline">${drawPlan(state)} ${drawOutline(state)}</div></div>`,
  );
}

async function choose(state: State, id: string): Promise<void> {
  state.chosen = id;
  state.saying = "";
  const parcel = await app.parcel(id).catch(() => state.plan.items.find((each) => each.id === id));
  state.draft = parcel?.outline.map((corner) => corner.join(" ")).join("\n") ?? "";
  draw(state);
}

function readDraft(text: string): Corner[] | null {
  const corners = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/[\s,]+/).map(Number));
  const whole = corners.every((corner) => corner.length === 2 && corner.every((metres) => Number.isInteger(metres) && metres >= 0));
  return whole && corners.length >= 3 ? corners.map(([east, north]) => [east ?? 0, north ?? 0] as const) : null;
}

async function save(state: State, parcel: Parcel): Promise<void> {
  const outline = readDraft(state.draft);
  if (outline === null) {
    Object.assign(state, { saying: words.outlineWrong, wrong: true });
    draw(state);
    return;
  }
  state.saving = true;
  draw(state);
  try {
    await app.redraw(parcel.id, outline);
    state.plan = await app.plan();
    Object.assign(state, { saying: words.saved, wrong: false });
  } catch (problem) {
    if (problem instanceof AppProblem && problem.status === 401) return;
    const denied = problem instanceof AppProblem && problem.status === 403;
    Object.assign(state, { saying: denied ? words.notAllowed : words.failed, wrong: true });
  }
  state.saving = false;
  draw(state);
}

await page(async (who) => {
  draw({ who, plan: await app.plan(), chosen: null, draft: "", saying: "", wrong: false, saving: false });
});
