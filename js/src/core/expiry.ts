import { type ExpiryPreset, expiryPresets } from "../generated/constants.js";
import { type Refused, refused, wrongType } from "./error.js";
import type { CoreExports } from "./exports.js";
import { Handles } from "./handles.js";
import type { Memory } from "./memory.js";

/** A preset, the end of the local date in `date`, or the instant in `until`. */
export type ExpiryChoice = ExpiryPreset | "date" | "instant";

export interface ExpiryOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The user's IANA time zone, in any case; unknown ones are refused. */
  readonly timeZone: string;
  /** YYYY-MM-DD, for the choice "date". */
  readonly date?: string | undefined;
  /** Milliseconds since the epoch, for the choice "instant". */
  readonly until?: number | undefined;
  /** The policy's longest grant in milliseconds; an end beyond it is refused. */
  readonly maxGrant?: number | undefined;
}

export interface ExpiryFound {
  readonly ok: true;
  /** Exclusive: access holds while now < until. */
  readonly until: number;
  /** The last local day on which access holds, YYYY-MM-DD. */
  readonly lastDay: string;
}
export type ExpiryResult = ExpiryFound | Refused;

export interface AvailablePreset {
  readonly preset: ExpiryPreset;
  readonly until: number;
  readonly lastDay: string;
}

export interface RemainingFound {
  readonly ok: true;
  /** Whole seconds, rounded up; 0 only when it is over. */
  readonly seconds: number;
  /** When the display changes next; null once it is over. */
  readonly nextWake: number | null;
  /** now >= expiresAt */
  readonly over: boolean;
}

const presetNumbers = new Map<string, number>(expiryPresets.map((preset, at) => [preset, at]));
const noMaximum = -1;

/** 20260507 as 2026-05-07. */
function dateText(packed: number): string {
  const digits = String(packed).padStart(8, "0");
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}

/** Ends of consent and what is left of them. */
export class ExpiryCalls {
  readonly #core: CoreExports;
  readonly #memory: Memory;
  readonly #zones = new Handles(2048, () => {});

  constructor(core: CoreExports, memory: Memory) {
    this.#core = core;
    this.#memory = memory;
  }

  /** The zone's number, or -1 with the refusal left in memory. */
  #zone(name: string): number {
    const known = this.#zones.get(name);
    if (known !== undefined) return known;
    const zone = this.#core.hp_zone(this.#memory.write(name));
    if (zone >= 0) {
      this.#zones.makeRoom(1);
      this.#zones.set(name, zone);
    }
    return zone;
  }

  expiry(choice: ExpiryChoice, options: ExpiryOptions): ExpiryResult {
    if (typeof options !== "object" || options === null) return wrongType("options", "an object");
    const { now, timeZone } = options;
    if (typeof now !== "number") return wrongType("now", "milliseconds since the epoch");
    if (typeof timeZone !== "string") return wrongType("timeZone", "an IANA time zone");
    if (options.maxGrant !== undefined && !(typeof options.maxGrant === "number" && options.maxGrant >= 0)) {
      return wrongType("maxGrant", "milliseconds, 0 or more");
    }
    const maxGrant = options.maxGrant ?? noMaximum;
    const zone = this.#zone(timeZone);
    if (zone < 0) return this.#memory.refused();
    const preset = presetNumbers.get(choice);
    if (preset !== undefined) {
      return this.#found(this.#core.hp_expiry_preset(zone, preset, now, maxGrant));
    }
    return this.#custom(choice, zone, options, maxGrant);
  }

  #custom(choice: ExpiryChoice, zone: number, options: ExpiryOptions, maxGrant: number): ExpiryResult {
    const { now, date, until } = options;
    if (choice === "date") {
      if (typeof date !== "string") return wrongType("date", "a date like 2026-05-07");
      const size = this.#memory.write(date);
      return this.#found(this.#core.hp_expiry_date(zone, size, now, maxGrant));
    }
    if (choice === "instant") {
      if (typeof until !== "number") return wrongType("until", "milliseconds since the epoch");
      return this.#found(this.#core.hp_expiry_instant(zone, until, now, maxGrant));
    }
    return refused({
      code: "VALIDATION_ERROR",
      message: "preset must be one of those listed, or date, or instant",
      reason: "not_one_of",
      field: "preset",
      constraints: { oneOf: [...expiryPresets, "date", "instant"] },
    });
  }

  #found(until: number): ExpiryResult {
    if (Number.isNaN(until)) return this.#memory.refused();
    return { ok: true, until, lastDay: dateText(this.#memory.word(2)) };
  }

  presets(options: Omit<ExpiryOptions, "date" | "until">): AvailablePreset[] {
    const available: AvailablePreset[] = [];
    for (const preset of expiryPresets) {
      const found = this.expiry(preset, options);
      if (found.ok) available.push({ preset, until: found.until, lastDay: found.lastDay });
    }
    return available;
  }

  lastDay(until: number, timeZone: string): string {
    if (typeof until !== "number" || typeof timeZone !== "string") return "";
    const zone = this.#zone(timeZone);
    if (zone < 0) return "";
    const packed = this.#core.hp_last_day(zone, until);
    return packed < 0 ? "" : dateText(packed);
  }

  remaining(expiresAt: number, now: number, stepSeconds: number): RemainingFound | Refused {
    if (typeof expiresAt !== "number") return wrongType("expiresAt", "milliseconds since the epoch");
    if (typeof now !== "number") return wrongType("now", "milliseconds since the epoch");
    const seconds = this.#core.hp_remaining(expiresAt, now, stepSeconds);
    if (Number.isNaN(seconds)) return this.#memory.refused();
    const nextWake = this.#memory.number(0);
    return {
      ok: true,
      seconds,
      nextWake: Number.isNaN(nextWake) ? null : nextWake,
      over: seconds === 0,
    };
  }

  version(): string {
    this.#core.hp_zones_version();
    return this.#memory.text(0);
  }
}
