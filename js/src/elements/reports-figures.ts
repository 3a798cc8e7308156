import type {
  ActionReport,
  OriginReport,
  OutcomeReport,
  ResourceReport,
  SessionReport,
} from "../client/report-calls.js";
import type { Messages } from "../i18n/messages.js";
import { withinSentence } from "../i18n/names.js";

export interface Reports {
  readonly sessions: SessionReport;
  readonly actions: ActionReport;
  readonly resources: ResourceReport;
  readonly origins: OriginReport;
  readonly outcomes: OutcomeReport;
}

export type Tone = "accent" | "danger" | "wait";

/** One plot and its table: the same rows for both. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  /** What a row is about: the first column's head. */
  readonly of: string;
  /** The rows are days, one after the other; otherwise they are names, the most frequent first. */
  readonly days: boolean;
  readonly tableOnly?: boolean;
  readonly series: readonly { readonly label: string; readonly tone: Tone }[];
  readonly rows: readonly { readonly label: string; readonly values: readonly number[] }[];
}

const dayMs = 86_400_000;
/** More than this many bars in a plot of names cannot be read. */
const barsMax = 10;

/** Every day of the period with its values; days on which nothing happened have zeros. */
function everyDay<T extends { readonly day: string }>(
  { from, to }: { readonly from: string; readonly to: string },
  known: readonly T[],
  values: (row: T) => readonly number[],
  zeros: readonly number[],
  locale: string,
): Figure["rows"] {
  const format = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "2-digit", timeZone: "UTC" });
  const byDay = new Map(known.map((row) => [row.day, values(row)]));
  const rows: { label: string; values: readonly number[] }[] = [];
  const first = Math.floor(Date.parse(from) / dayMs);
  const last = Math.floor((Date.parse(to) - 1) / dayMs);
  for (let day = first; day <= last; day++) {
    const at = new Date(day * dayMs);
    rows.push({ label: format.format(at), values: byDay.get(at.toISOString().slice(0, 10)) ?? zeros });
  }
  return rows;
}

type Words = Messages["reports"];

const judgement = ({ success, failure }: { success: number; failure: number }): readonly number[] => [success, failure];
const touches = ({ reads, writes }: { reads: number; writes: number }): readonly number[] => [reads, writes];
const counted = (words: Words): Figure["series"] => [{ label: words.count, tone: "accent" }];
const judged = (words: Words): Figure["series"] => [
  { label: words.succeeded, tone: "accent" },
  { label: words.failed, tone: "danger" },
];
const touched = (words: Words): Figure["series"] => [
  { label: words.reads, tone: "accent" },
  { label: words.writes, tone: "wait" },
];

function sessionFigures({ sessions }: Reports, words: Words, locale: string): readonly Figure[] {
  const series = counted(words);
  return [
    {
      name: "sessions-by-day", title: words.sessionsByDay, of: words.day, days: true, series,
      rows: sessions.count === 0 ? [] : everyDay(sessions, sessions.byDay, ({ count }) => [count], [0], locale),
    },
    {
      name: "by-agent", title: words.byAgent, of: words.agent, days: false, series,
      rows: sessions.byAdmin.map(({ actorName, actorId, count }) => ({ label: withinSentence(actorName ?? actorId), values: [count] })),
    },
    {
      name: "reasons", title: words.topReasons, of: words.reason, days: false, series,
      rows: sessions.topReasons.map(({ reason, count }) => ({ label: reason, values: [count] })),
    },
  ];
}

function resourceFigures({ resources }: Reports, { reports: words, log }: Messages): readonly Figure[] {
  const series = touched(words);
  return [
    {
      name: "resources", title: words.resources, of: words.resource, days: false, series,
      rows: resources.byType.map((row) => ({ label: row.resourceType, values: touches(row) })),
    },
    {
      name: "top-resources", title: words.topResources, of: words.resource, days: false, series, tableOnly: true,
      rows: resources.topResources.map((row) => ({
        label: log.resource(row.resourceType, row.resourceId),
        values: touches(row),
      })),
    },
  ];
}

function originFigures({ origins }: Reports, words: Words): readonly Figure[] {
  const series = judged(words);
  return [
    {
      name: "programs", title: words.programs, of: words.program, days: false, series,
      rows: origins.byUserAgent.map((row) => ({ label: row.family, values: judgement(row) })),
    },
    {
      name: "addresses", title: words.addresses, of: words.address, days: false, series, tableOnly: true,
      rows: origins.byAddress.map((row) => ({ label: row.ip, values: judgement(row) })),
    },
  ];
}

/** The figures that have something to show. */
export function figuresOf(reports: Reports, messages: Messages, locale: string): readonly Figure[] {
  const { reports: words, log } = messages;
  const { actions, outcomes } = reports;
  const all: readonly Figure[] = [
    ...sessionFigures(reports, words, locale),
    {
      name: "actions", title: words.actions, of: words.action, days: false, series: judged(words),
      rows: actions.byType.map((row) => ({ label: log.events[row.event] ?? row.event, values: judgement(row) })),
    },
    ...resourceFigures(reports, messages),
    {
      name: "outcomes", title: words.outcomes, of: words.day, days: true, series: judged(words),
      rows: outcomes.count === 0 ? [] : everyDay(outcomes, outcomes.byDay, judgement, [0, 0], locale),
    },
    ...originFigures(reports, words),
  ];
  return all.filter(({ rows }) => rows.length > 0);
}

/** The rows that a plot shows: all days, or the most frequent names. */
export function plottedRows(figure: Figure): Figure["rows"] {
  return figure.days ? figure.rows : figure.rows.slice(0, barsMax);
}
