import type { ExpiryPreset } from "../client/wire.js";
import type { Core } from "../core.js";

export type ChoiceName = ExpiryPreset | "date";

/** What a choice comes to, or under which key of `problems` to say why it cannot be had. */
export type Choice =
  | { readonly ok: true; readonly until: number; readonly lastDay: string }
  | { readonly ok: false; readonly key: string };

/**
 * The end that a choice comes to, as the core computes it.
 * @param date `YYYY-MM-DD`, with the choice "date" alone
 */
export function choose(core: Core, name: ChoiceName, now: number, timeZone: string, date?: string): Choice {
  const result = core.expiry(name, { now, timeZone, date });
  if (!result.ok) return { ok: false, key: `${result.error.field ?? ""}:${result.error.reason ?? ""}` };
  return { ok: true, until: result.until, lastDay: result.lastDay };
}

/** Those of `scopes` that only let somebody look, as the core's read-only narrowing has it. */
export function readScopes(core: Core, scopes: readonly string[]): readonly string[] {
  const narrowed = core.narrowScopes({ available: scopes.join(" "), readOnly: true });
  return narrowed.ok ? narrowed.scopes.split(" ").filter((scope) => scope !== "") : [];
}
