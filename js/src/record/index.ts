import { TreeChecks } from "./tree.js";
import { RecordVerifier, type RecordVerifierOptions } from "./verifier.js";

/**
 * Makes a verifier of a server's record: it checks entries against the record's signed head, and that head against the one
 * that this browser remembers (docs/protocol.md, "Heads and proofs").
 * @throws where WebAssembly is not to be had, or the content security policy forbids it
 * @example
 * const record = await createRecordVerifier({ client });
 * const state = await record.refresh(); // "holds", "unchecked", or "alarm"
 * const entry = await record.verify(shown); // "verified", "unchecked", or "failed"
 */
export async function createRecordVerifier(options: RecordVerifierOptions): Promise<RecordVerifier> {
  return new RecordVerifier(await TreeChecks.load(), options);
}

export type { EntryFault, EntryFinding, RecordPart } from "./entry.js";
export { type HeadStore, localHeadStore, type RememberedHead } from "./remembered.js";
export type {
  EntryState,
  RecordAlarm,
  RecordState,
  RecordVerifier,
  RecordVerifierOptions,
  UncheckedReason,
} from "./verifier.js";
