import type { EssentialMessages } from "./messages.js";

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}|${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, options);
    formats.set(key, format);
  }
  return format;
}

/**
 * A calendar day, "7 May", with its year where that is not the current one.
 * @param day `YYYY-MM-DD`, a day of no particular zone
 * @param now milliseconds since the epoch, to tell the current year
 */
export function dayLabel(day: string, now: number, locale: string): string {
  const noon = Date.parse(`${day}T12:00:00Z`);
  const sameYear = new Date(now).getUTCFullYear() === new Date(noon).getUTCFullYear();
  return dateFormat(locale, {
    day: "numeric",
    month: "long",
    timeZone: "UTC",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(noon);
}

/**
 * An instant to the minute with its day and zone, "Sat 21 Nov, 00:00 CET".
 * @param instant milliseconds since the epoch
 */
export function momentLabel(instant: number, timeZone: string, locale: string): string {
  return dateFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone,
  }).format(instant);
}

/** An instant as the viewer reads it in a list, "20 Nov, 14:03". */
export function listMomentLabel(instant: number, timeZone: string, locale: string): string {
  return dateFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone }).format(
    instant,
  );
}

/** The time of day, "14:03". */
export function clockLabel(instant: number, timeZone: string, locale: string): string {
  return dateFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone }).format(instant);
}

/** A countdown, "43:12" or "1:05:09", in the locale's digits. */
export function countdownLabel(seconds: number, locale: string): string {
  const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2, useGrouping: false });
  const one = new Intl.NumberFormat(locale, { useGrouping: false });
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = two.format(seconds % 60);
  return hours > 0 ? `${one.format(hours)}:${two.format(minutes)}:${rest}` : `${one.format(minutes)}:${rest}`;
}

/** A countdown for machines: an ISO 8601 duration, for `<time datetime>`. */
export function countdownDuration(seconds: number): string {
  return `PT${Math.floor(seconds / 60)}M${seconds % 60}S`;
}

/** A scope as a person reads it: the host's label, or "parcels, view". */
export function scopeLabel(scope: string, labels: Readonly<Record<string, string>>, messages: EssentialMessages): string {
  const label = labels[scope];
  if (label !== undefined) return label;
  const cut = scope.lastIndexOf(":");
  const resource = scope.slice(0, cut).replaceAll(/[:_-]/g, " ");
  const action = scope.slice(cut + 1);
  const name = resource.charAt(0).toUpperCase() + resource.slice(1);
  return `${name}: ${messages.scope.actions[action] ?? action}`;
}
