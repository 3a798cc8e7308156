import type { ExpiryPreset } from "../client/wire.js";
import type { Core } from "../core.js";
import { dayLabel } from "../i18n/format.js";

export type ChoiceName = ExpiryPreset | "date";

/** What a choice comes to, or why it cannot be had. */
export type Choice =
  | { readonly ok: true; readonly until: number; readonly lastDay: string }
  | { readonly ok: false; readonly key: string };

/**
 * The end that a choice comes to, as the core computes it.
 * @param date `YYYY-MM-DD`, with the choice "date" alone
 */
export function choose(core: Core, name: ChoiceName, now: number, timeZone: string, date?: string): Choice {
  const result = core.expiry(name, date === undefined ? { now, timeZone } : { now, timeZone, date });
  if (!result.ok) return { ok: false, key: `${result.error.field ?? ""}:${result.error.reason ?? ""}` };
  return { ok: true, until: result.until, lastDay: result.lastDay };
}

/** "7 May" for the core's last day. */
export function lastDayLabel(lastDay: string, now: number, locale: string): string {
  return dayLabel(lastDay, now, locale);
}

/** Whether a scope only lets somebody look, as the core's read-only narrowing has it. */
export function isReadScope(scope: string): boolean {
  return scope.endsWith(":read");
}
