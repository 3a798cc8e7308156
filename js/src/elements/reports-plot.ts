// The one file that touches the chart library; it is imported when a plot is first shown.
import { BarController, BarElement, CategoryScale, Chart, type ChartData, Legend, LinearScale, Tooltip } from "chart.js";
import { type Figure, plottedRows, type Tone } from "./reports-figures.js";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Tooltip);

/** Names may take two fifths of a plot; a letter is about 7 px wide. */
const labelShare = 0.4;
const letterPx = 7;
const labelMinChars = 8;

export interface Look {
  readonly tones: Readonly<Record<Tone, string>>;
  readonly text: string;
  readonly line: string;
  readonly font: string;
  readonly rightToLeft: boolean;
  readonly locale: string;
}

function shortened(label: string, maxChars: number): string {
  const letters = [...label];
  return letters.length > maxChars ? `${letters.slice(0, maxChars - 1).join("")}…` : label;
}

/** Bars on a canvas: one for each row, its series on top of each other. */
export class Plot {
  readonly canvas: HTMLCanvasElement;
  readonly #look: Look;
  readonly #chart: Chart<"bar", number[], string>;

  constructor(canvas: HTMLCanvasElement, figure: Figure, look: Look) {
    this.canvas = canvas;
    this.#look = look;
    this.#fit(figure);
    const grid = { color: look.line };
    const border = { color: look.line };
    const ticks = { color: look.text, font: { family: look.font, size: 12 } };
    const numbers = { stacked: true, beginAtZero: true, grid, border, ticks: { ...ticks, precision: 0, maxTicksLimit: 6 } };
    const names = { stacked: true, grid: { display: false }, border, ticks: { ...ticks, maxRotation: 0, autoSkipPadding: 12 } };
    this.#chart = new Chart(canvas, {
      type: "bar",
      data: this.#data(figure),
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        locale: look.locale,
        indexAxis: figure.days ? "x" : "y",
        scales: figure.days
          ? { x: { ...names, reverse: look.rightToLeft }, y: { ...numbers, position: look.rightToLeft ? "right" : "left" } }
          : { x: { ...numbers, reverse: look.rightToLeft }, y: { ...names, position: look.rightToLeft ? "right" : "left" } },
        plugins: {
          legend: {
            display: figure.series.length > 1,
            align: "start",
            rtl: look.rightToLeft,
            labels: { color: look.text, font: { family: look.font, size: 12 }, boxWidth: 12, boxHeight: 12 },
          },
          tooltip: { rtl: look.rightToLeft },
        },
      },
    });
  }

  show(figure: Figure): void {
    this.#fit(figure);
    this.#chart.data = this.#data(figure);
    this.#chart.update();
  }

  destroy(): void {
    this.#chart.destroy();
  }

  /** Names need a line each. */
  #fit(figure: Figure): void {
    const holder = this.canvas.parentElement;
    if (holder === null || figure.days) return;
    holder.style.blockSize = `${4.5 + plottedRows(figure).length * 1.75}rem`;
  }

  #data(figure: Figure): ChartData<"bar", number[], string> {
    const rows = plottedRows(figure);
    const width = this.canvas.parentElement?.clientWidth ?? 0;
    const maxChars = Math.max(labelMinChars, Math.floor((width * labelShare) / letterPx));
    return {
      labels: rows.map(({ label }) => (figure.days ? label : shortened(label, maxChars))),
      datasets: figure.series.map(({ label, tone }, index) => ({
        label,
        data: rows.map(({ values }) => values[index] ?? 0),
        backgroundColor: this.#look.tones[tone],
        maxBarThickness: 22,
      })),
    };
  }
}
