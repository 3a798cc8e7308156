import { type ActivePer, activePer, type Profile, profiles } from "../generated/constants.js";
import { type CoreError, type Refused, refused, wrongType } from "./error.js";
import type { CoreExports } from "./exports.js";
import { encode, type Memory } from "./memory.js";

/** A profile and what a tenant sets for itself; the core keeps it within the hard limits. */
export interface TenantPolicy {
  readonly profile: Profile;
  readonly consentNeeded?: boolean | undefined;
  readonly sessionCapMinutes?: number | undefined;
  readonly ttlMinMinutes?: number | undefined;
  readonly ttlDefaultMinutes?: number | undefined;
  readonly ttlMaxMinutes?: number | undefined;
  readonly activePer?: ActivePer | undefined;
  readonly maxGrantDays?: number | undefined;
  readonly pendingForHours?: number | undefined;
  readonly actAsEnabled?: boolean | undefined;
  readonly readOnly?: boolean | undefined;
  /** Scope patterns: `billing:*` */
  readonly neverCarried?: readonly string[] | undefined;
}
export type PolicyChoice = Profile | TenantPolicy;

type Kind = "boolean" | "amount" | "activePer";

/** In the order of FlatPolicy (wasm/scope_abi.cpp). */
const layout: readonly (readonly [keyof TenantPolicy, Kind])[] = [
  ["consentNeeded", "boolean"],
  ["sessionCapMinutes", "amount"],
  ["ttlMinMinutes", "amount"],
  ["ttlDefaultMinutes", "amount"],
  ["ttlMaxMinutes", "amount"],
  ["activePer", "activePer"],
  ["maxGrantDays", "amount"],
  ["pendingForHours", "amount"],
  ["actAsEnabled", "boolean"],
  ["readOnly", "boolean"],
];
const known = new Set<string>(["profile", "neverCarried", ...layout.map(([name]) => name)]);
const profileNames = Object.keys(profiles);
const maxAmount = 1_000_000;

function invalid(field: string, reason: NonNullable<CoreError["reason"]>, message: string): Refused {
  return refused({ code: "VALIDATION_ERROR", message, field, reason });
}

/** A value as a number, NaN where it is not given; undefined where it is of another type. */
function flat(value: unknown, kind: Kind): number | undefined {
  if (value === undefined || value === null) return Number.NaN;
  if (kind === "boolean") return typeof value === "boolean" ? Number(value) : undefined;
  if (kind === "activePer") return value === activePer[0] ? 0 : value === activePer[1] ? 1 : undefined;
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= maxAmount
    ? (value as number)
    : undefined;
}

/** Gives a policy to the core. @returns its handle */
export function loadPolicy(core: CoreExports, memory: Memory, choice: PolicyChoice): number | Refused {
  const policy: TenantPolicy = typeof choice === "string" ? { profile: choice } : choice;
  if (typeof policy !== "object" || policy === null) return wrongType("policy", "a profile or a policy");
  const profile = profileNames.indexOf(policy.profile);
  if (profile < 0) return invalid("profile", "not_one_of", `choose one of ${profileNames.join(", ")}`);
  const unknown = Object.keys(policy).find((name) => !known.has(name));
  if (unknown !== undefined) return invalid(unknown, "unknown_member", "this member is not known here; leave it out");

  const patterns = policy.neverCarried;
  if (patterns !== undefined && !(Array.isArray(patterns) && patterns.every((each) => typeof each === "string"))) {
    return wrongType("neverCarried", "an array of scope patterns");
  }
  const text = patterns?.join(" ") ?? "";
  const size = layout.length * 8;
  memory.reserve(size + text.length * 3);
  for (const [at, [name, kind]] of layout.entries()) {
    const value = flat(policy[name], kind);
    if (value === undefined) return wrongType(name, kind === "amount" ? "a whole number" : `of type ${kind}`);
    memory.numbers[(memory.inputAt >> 3) + at] = value;
  }
  const patternsAt = memory.inputAt + size;
  const patternsSize = encode(text, memory.bytes, patternsAt) - patternsAt;
  const handle = core.hp_policy(profile, patterns === undefined ? -1 : patternsSize);
  return handle < 0 ? memory.refused() : handle;
}
