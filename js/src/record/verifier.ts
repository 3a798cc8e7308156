import type { Transport } from "../client/transport.js";
import type { RecordEntry } from "../client/wire.js";
import { Asking } from "./asking.js";
import { UnsupportedCryptography } from "./bytes.js";
import { checkEntry, type EntryFinding, readHashes } from "./entry.js";
import { type Checkpoint, readCheckpoint, RecordKey } from "./note.js";
import { HeadMemory, type HeadStore, type KnownHead, localHeadStore, type RememberedHead } from "./remembered.js";
import { TreeChecks } from "./tree.js";

/** What is wrong with the record as a whole. */
export type RecordAlarm =
  /** It has fewer entries than it had. */
  | "shrunk"
  /** It is not a continuation of what it was. */
  | "forked"
  /** It is signed with another key than before. */
  | "key_changed"
  /** Its signature does not hold. */
  | "signature_invalid"
  /** The server showed signed heads before, and does not any more. */
  | "proofs_gone";

/** Why something could not be checked. */
export type UncheckedReason =
  | "unreachable"
  /** This browser has no Ed25519, or the page is in no secure context. */
  | "unsupported"
  /** The server gives no proofs: it is older than them. */
  | "no_proofs"
  /** The record as a whole does not hold: see `RecordState`. */
  | "alarm";

export type RecordState =
  | { readonly status: "checking" }
  | {
      readonly status: "holds";
      /** How many entries the record has. */
      readonly size: number;
      /** `not_remembered`: the store took nothing, so that the next visit is a first one again. */
      readonly memory: "first_use" | "continued" | "not_remembered";
    }
  | { readonly status: "unchecked"; readonly reason: Exclude<UncheckedReason, "alarm"> }
  | {
      readonly status: "alarm";
      readonly alarm: RecordAlarm;
      /** What was remembered, which stays as it is, and what the server showed: the evidence. */
      readonly remembered: RememberedHead | null;
      readonly found: Partial<RememberedHead>;
    };

export type EntryState = EntryFinding | { readonly status: "unchecked"; readonly reason: UncheckedReason };

export interface RecordVerifierOptions {
  /** A `HallpassClient`, or as much of one. */
  readonly client: { readonly transport: Transport };
  /** Where heads are remembered; the browser's `localStorage` where none is given. */
  readonly store?: HeadStore;
}

/** Verified entries that are known again without asking. */
const maxKnown = 1_000;

const unchecked = (reason: UncheckedReason): EntryState => ({ status: "unchecked", reason });

/** Checks a server's record against the head that this browser remembers. Made by `createRecordVerifier`. */
export class RecordVerifier {
  readonly #tree: TreeChecks;
  readonly #asking: Asking;
  readonly #memory: HeadMemory;
  readonly #verified = new Map<number, { readonly shown: string; readonly finding: EntryFinding }>();
  #state: RecordState = { status: "checking" };
  #head: Checkpoint | null = null;
  #looking: Promise<RecordState> | null = null;

  constructor(tree: TreeChecks, { client, store = localHeadStore }: RecordVerifierOptions) {
    this.#tree = tree;
    this.#asking = new Asking(client.transport);
    const server = new URL(`${client.transport.baseUrl}/`, globalThis.location?.href);
    this.#memory = new HeadMemory(store, server.origin + server.pathname.replace(/\/+$/, ""));
  }

  /** What was found last. */
  get state(): RecordState {
    return this.#state;
  }

  /** Looks at the record's head of now, and whether it continues the one that is remembered. Never rejects. */
  refresh(): Promise<RecordState> {
    this.#looking ??= this.#memory
      .alone(() => this.#look())
      .catch((cause: unknown): RecordState => ({
        status: "unchecked",
        reason: cause instanceof UnsupportedCryptography ? "unsupported" : "unreachable",
      }))
      .then((state) => {
        if (state.status !== "holds") this.#head = null;
        this.#looking = null;
        return (this.#state = state);
      });
    return this.#looking;
  }

  /** Checks an entry as it is shown. Never rejects. What could not be checked may be asked again, after `refresh`. */
  async verify(entry: RecordEntry): Promise<EntryState> {
    const shown = JSON.stringify(entry);
    const state = await this.#stateFor(entry.sequence);
    const head = this.#head;
    if (state.status !== "holds" || head === null) return unchecked(state.status === "unchecked" ? state.reason : "alarm");
    const before = this.#verified.get(entry.sequence);
    if (before?.shown === shown) return before.finding;
    const answer = await this.#asking.ask(`proof/inclusion/${entry.sequence}?size=${head.size}`);
    if (answer.status === "unreachable") return unchecked("unreachable");
    if (answer.status === "absent") {
      // Whom an entry names may have its proof; an entry whose people were erased names nobody.
      const named = entry.actorId ?? entry.subjectId ?? entry.agentId;
      return named === undefined || named === null ? unchecked("no_proofs") : { status: "failed", fault: "no_such_entry" };
    }
    const finding = await checkEntry(this.#tree, entry, parsed(answer.text), head);
    // What was found about the record meanwhile counts for its entries.
    if (this.#state.status === "alarm") return unchecked("alarm");
    if (finding.status === "verified") this.#remember(entry.sequence, shown, finding);
    return finding;
  }

  /** Takes whatever the server shows next for the first time: for a person who knows why the record is another one. */
  async forget(): Promise<void> {
    await this.#memory.forget();
    this.#verified.clear();
    this.#head = null;
    this.#state = { status: "checking" };
  }

  #remember(sequence: number, shown: string, finding: EntryFinding): void {
    this.#verified.set(sequence, { shown, finding });
    const [oldest] = this.#verified.keys();
    if (this.#verified.size > maxKnown && oldest !== undefined) this.#verified.delete(oldest);
  }

  /** Looks anew only where nobody has looked, or where the entry is newer than the head. */
  #stateFor(sequence: number): RecordState | Promise<RecordState> {
    const { status } = this.#state;
    const newer = status === "holds" && this.#head !== null && sequence > this.#head.size;
    return status === "checking" || newer ? this.refresh() : this.#state;
  }

  async #look(): Promise<RecordState> {
    const kept = await this.#memory.read();
    const keptKey = kept === null ? null : await RecordKey.open(kept.kept.key);
    const known = keptKey === null ? null : kept;
    const answer = await this.#asking.ask("checkpoint");
    if (answer.status === "unreachable") return { status: "unchecked", reason: "unreachable" };
    const head = answer.status === "answered" ? readCheckpoint(answer.text) : null;
    if (answer.status === "absent" || head === null) return withoutProofs(known);
    const found = { checkpoint: answer.text };

    const key = keptKey ?? (await this.#servedKey());
    if (key === "unreachable") return { status: "unchecked", reason: "unreachable" };
    if (key === null) return withoutProofs(null);
    if (!(await key.signed(head))) return this.#notSigned(known, found);
    const grown = known === null ? true : await this.#continues(known.head, head);
    if (grown === "unreachable") return { status: "unchecked", reason: "unreachable" };
    if (grown !== true) return alarm(grown, known, { ...found, key: key.text });

    const latest = { kept: { key: key.text, checkpoint: answer.text }, head };
    const remembered = await this.#memory.write(known?.head.size === head.size ? known : latest);
    this.#head = head;
    const memory = !remembered ? "not_remembered" : known === null ? "first_use" : "continued";
    return { status: "holds", size: head.size, memory };
  }

  /** The head of now is not signed with the remembered key: is there another one? */
  async #notSigned(known: KnownHead | null, found: Partial<RememberedHead>): Promise<RecordState> {
    const served = known === null ? null : await this.#servedKey();
    if (served === "unreachable") return { status: "unchecked", reason: "unreachable" };
    const changed = known !== null && served !== null && served.text !== known.kept.key;
    const key = served === null ? {} : { key: served.text };
    return alarm(changed ? "key_changed" : "signature_invalid", known, { ...found, ...key });
  }

  async #servedKey(): Promise<RecordKey | null | "unreachable"> {
    const answer = await this.#asking.ask("key");
    if (answer.status !== "answered") return answer.status === "absent" ? null : "unreachable";
    return RecordKey.open(answer.text.replace(/\n$/, ""));
  }

  async #continues(older: Checkpoint, newer: Checkpoint): Promise<true | "shrunk" | "forked" | "unreachable"> {
    let proof: readonly Uint8Array[] | null = [];
    if (older.size > 0 && older.size < newer.size) {
      const answer = await this.#asking.ask(`proof/consistency?from=${older.size}&to=${newer.size}`);
      if (answer.status === "unreachable") return "unreachable";
      const body = answer.status === "answered" ? parsed(answer.text) : null;
      proof = readHashes((body as { readonly hashes?: unknown } | null)?.hashes);
    }
    // A server that cannot prove that its record only grew, has one that did not.
    const verdict = proof === null ? "forked" : await this.#tree.consistency(older, newer, proof);
    return verdict === "holds" || (verdict === "shrunk" ? verdict : "forked");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function alarm(what: RecordAlarm, known: KnownHead | null, found: Partial<RememberedHead>): RecordState {
  return { status: "alarm", alarm: what, remembered: known?.kept ?? null, found };
}

/** An older server never had proofs. One that had them, and has none now, hides something. */
function withoutProofs(known: KnownHead | null): RecordState {
  return known === null ? { status: "unchecked", reason: "no_proofs" } : alarm("proofs_gone", known, {});
}
