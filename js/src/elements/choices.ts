import type { ExpiryPreset } from "../client/wire.js";
import type { ScreenCore } from "./screen-core.js";

export type ChoiceName = ExpiryPreset | "date";

/** What a choice comes to, or under which key of `problems` to say why it cannot be had. */
export type Choice =
  | { readonly ok: true; readonly until: number; readonly lastDay: string }
  | { readonly ok: false; readonly key: string };

/**
 * The end that a choice comes to, as the core computes it.
 * @param date `YYYY-MM-DD`, with the choice "date" alone
 */
export function choose(core: ScreenCore, name: ChoiceName, now: number, timeZone: string, date?: string): Choice {
  const result = core.expiry(name, { now, timeZone, date });
  if (!result.ok) return { ok: false, key: `${result.error.field ?? ""}:${result.error.reason ?? ""}` };
  return { ok: true, until: result.until, lastDay: result.lastDay };
}
