import { isRecord } from "../client/problem.js";
import type { RecordEntry } from "../client/wire.js";
import type { ProofVerdict } from "../generated/constants.js";
import { fromBase64, sha256, toBase64Url, utf8 } from "./bytes.js";
import type { TreeChecks, TreeHead } from "./tree.js";

/** What stands beside a leaf and can be erased by law; see docs/protocol.md. */
export type RecordPart = "people" | "origin" | "details";

/** Why an entry is not what the record says. */
export type EntryFault =
  /** The proof does not lead to the record's head. */
  | Exclude<ProofVerdict, "holds">
  /** What is shown is not what the record holds; `field` names the first such member. */
  | "shown_otherwise"
  /** A part is not the one that the leaf commits to. */
  | "wrong_part"
  /** The server's answer is not in the form of docs/protocol.md. */
  | "malformed"
  /** The server shows the entry, and says that the record has none such. */
  | "no_such_entry";

export type EntryFinding =
  | { readonly status: "verified"; readonly erased: readonly RecordPart[] }
  | { readonly status: "failed"; readonly fault: EntryFault; readonly field?: string };

type Members = Readonly<Record<string, unknown>>;

/** Which members of a shown entry each part holds, under the same names. */
const membersOf: Readonly<Record<RecordPart | "leaf", readonly (keyof RecordEntry & string)[]>> = {
  leaf: ["sequence", "event", "tenantId", "ticketId", "grantId", "sessionId", "method", "resourceType", "outcome", "durationMs"],
  people: ["actorId", "subjectId", "agentId"],
  origin: ["ip", "userAgent"],
  details: ["resourceId"],
};
const parts: readonly RecordPart[] = ["people", "origin", "details"];
/** Parts that the server keeps from those who do not oversee: their absence says nothing. */
const keptBack: RecordPart = "origin";
const commitmentForm = /^[A-Za-z0-9_-]{43}$/;

const failed = (fault: EntryFault, field?: string): EntryFinding => ({
  status: "failed",
  fault,
  ...(field === undefined ? {} : { field }),
});

/** JSON as the server writes it: JavaScript spells four control characters in a shorter way. */
const controls: Readonly<Record<string, string>> = { b: "\\u0008", t: "\\u0009", f: "\\u000c", r: "\\u000d" };
const canonical = (value: unknown): string =>
  JSON.stringify(value).replace(/\\(.)/g, (escape, letter: string) => controls[letter] ?? escape);

/** An object in its one spelling, so that nobody reads two things in one text (members twice, for one). */
function readObject(text: unknown): Members | null {
  if (typeof text !== "string") return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && canonical(value) === text ? value : null;
  } catch {
    return null;
  }
}

/** The first member that is shown otherwise than it is held; absent and null are the same. */
function difference(shown: Members, held: Members, names: readonly string[]): string | null {
  return names.find((name) => (shown[name] ?? null) !== (held[name] ?? null)) ?? null;
}

function sameMetadata(shown: unknown, held: unknown): boolean {
  if (typeof held !== "string") return false;
  try {
    return JSON.stringify(shown ?? {}) === JSON.stringify(JSON.parse(held));
  } catch {
    return false;
  }
}

const nothing: Members = { metadata: "{}" };

/** What is wrong with a part, or null. @param text null where the server has none, or keeps it back */
async function partFault(shown: Members, part: RecordPart, commitment: unknown, text: unknown): Promise<EntryFinding | null> {
  if (typeof commitment !== "string" || !commitmentForm.test(commitment)) return failed("malformed", part);
  let held = nothing;
  if (text !== undefined) {
    const opened = readObject(text);
    if (opened === null) return failed("malformed", part);
    if (toBase64Url(await sha256(utf8(text as string))) !== commitment) return failed("wrong_part", part);
    held = opened;
  }
  const field = difference(shown, held, membersOf[part]);
  if (field !== null) return failed("shown_otherwise", field);
  if (part === "details" && !sameMetadata(shown["metadata"], held["metadata"])) return failed("shown_otherwise", "metadata");
  return null;
}

/** The proof's hashes, or null. */
export function readHashes(list: unknown): readonly Uint8Array[] | null {
  if (!Array.isArray(list)) return null;
  const hashes = list.map((each: unknown) => (typeof each === "string" ? fromBase64(each) : null));
  return hashes.every((each) => each?.length === 32) ? (hashes as Uint8Array[]) : null;
}

/**
 * Checks an entry as it is shown against a head: that each member is what the leaf holds or what an opened part of it says,
 * and that this leaf is in the tree at its place. Names of people are not in the record, and are not looked at.
 * @param answer of `GET /api/v1/audit/proof/inclusion/{sequence}`, not believed
 */
export async function checkEntry(tree: TreeChecks, entry: RecordEntry, answer: unknown, head: TreeHead): Promise<EntryFinding> {
  if (!isRecord(answer) || !isRecord(answer["parts"])) return failed("malformed");
  const opened = answer["parts"];
  const leaf = readObject(answer["leaf"]);
  const proof = readHashes(answer["hashes"]);
  if (leaf === null || proof === null || !Number.isSafeInteger(entry.sequence) || entry.sequence < 1) return failed("malformed");

  const shown = entry as unknown as Members;
  const [verdict, ...faults] = await Promise.all([
    tree.entry(utf8(answer["leaf"] as string), entry.sequence - 1, head, proof),
    ...parts.map((part) => partFault(shown, part, leaf[part], opened[part])),
  ]);
  if (verdict !== "holds") return failed(verdict);
  if (Date.parse(entry.at) !== leaf["atUnixMs"]) return failed("shown_otherwise", "at");
  const field = difference(shown, leaf, membersOf.leaf);
  if (field !== null) return failed("shown_otherwise", field);
  const fault = faults.find((each) => each !== null);
  return fault ?? { status: "verified", erased: parts.filter((part) => part !== keptBack && opened[part] === undefined) };
}
