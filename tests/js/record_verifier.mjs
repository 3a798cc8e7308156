// Verifiers that look at a RecordServer, and what they hold of it.
import assert from "node:assert/strict";
import { createRecordVerifier } from "../../js/dist/record.js";

export const slot = "https://api.example.com";
export const verified = { status: "verified", erased: [] };

export async function verifierOf(server, store = new Map()) {
  return createRecordVerifier({ client: server.client, store });
}

/** A verifier that has seen the record as it is now. */
export async function knowing(server, store = new Map()) {
  await (await verifierOf(server, store)).refresh();
  assert.ok(store.has(slot));
  server.asked.length = 0;
  return { store, before: store.get(slot), record: await verifierOf(server, store) };
}
