import { loadModule } from "../core/module.js";
import { TokenCalls } from "../core/token.js";
import { fromBase64, sameBytes, sha256, toBase64Url, UnsupportedCryptography, utf8 } from "./bytes.js";
import type { TreeHead } from "./tree.js";

const ed25519Type = 0x01;
const idBytes = 4;
const keyBytes = 32;
const signaturePrefix = "\u2014 ";

/** A signed head (C2SP tlog-checkpoint), read but not believed. */
export interface Checkpoint extends TreeHead {
  /** Which record it is of: the first line. */
  readonly name: string;
  /** What is signed. */
  readonly signed: Uint8Array<ArrayBuffer>;
  /** The lines of signatures, as they stand. */
  readonly signatures: readonly string[];
}

/** @returns null where the text is no checkpoint */
export function readCheckpoint(note: string): Checkpoint | null {
  const gap = note.lastIndexOf("\n\n");
  if (gap < 0 || !note.endsWith("\n")) return null;
  const text = note.slice(0, gap + 1);
  const [name = "", sizeText = "", rootText = ""] = text.split("\n");
  const size = Number(sizeText);
  const root = fromBase64(rootText);
  if (name === "" || !/^(0|[1-9]\d*)$/.test(sizeText) || !Number.isSafeInteger(size) || root?.length !== keyBytes) return null;
  return { name, size, root, signed: utf8(text), signatures: note.slice(gap + 2).split("\n").slice(0, -1) };
}

/** The record's key, written `NAME+ID+KEY` as tools for signed notes have it (C2SP signed-note, type 0x01). */
export class RecordKey {
  readonly text: string;
  readonly #name: string;
  readonly #id: Uint8Array;
  readonly #key: CryptoKey;

  private constructor(text: string, name: string, id: Uint8Array, key: CryptoKey) {
    this.text = text;
    this.#name = name;
    this.#id = id;
    this.#key = key;
  }

  /**
   * @returns null where the text is no such key, its id is not the key's, or the core refuses the key
   * @throws UnsupportedCryptography
   */
  static async open(text: string): Promise<RecordKey | null> {
    const [, name, idText, base64] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
    const typed = base64 === undefined ? null : fromBase64(base64);
    if (name === undefined || typed?.length !== 1 + keyBytes || typed[0] !== ed25519Type) return null;
    const id = (await sha256(new Uint8Array([...utf8(`${name}\n`), ...typed]))).subarray(0, idBytes);
    if (idText !== Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join("")) return null;
    const material = typed.slice(1);
    if (!(await isSound(material))) return null;
    try {
      const key = await crypto.subtle.importKey("raw", material, { name: "Ed25519" }, false, ["verify"]);
      return new RecordKey(text, name, id, key);
    } catch {
      throw new UnsupportedCryptography("no Ed25519"); // the core has found the key sound
    }
  }

  /** Whether the head is this record's, and signed with this key. */
  async signed(head: Checkpoint): Promise<boolean> {
    if (head.name !== this.#name) return false;
    const start = `${signaturePrefix}${this.#name} `;
    for (const line of head.signatures) {
      const bytes = line.startsWith(start) ? fromBase64(line.slice(start.length)) : null;
      if (bytes === null || !sameBytes(bytes.subarray(0, idBytes), this.#id)) continue;
      return crypto.subtle.verify({ name: "Ed25519" }, this.#key, bytes.slice(idBytes), head.signed);
    }
    return false;
  }
}

/** Whether the core takes the key: canonical, on the curve, not of small order. WebCrypto looks at less. */
async function isSound(material: Uint8Array): Promise<boolean> {
  const { exports, memory, scopes } = await loadModule();
  const tokens = new TokenCalls(exports, memory, scopes);
  const loaded = tokens.newKeys(JSON.stringify({ keys: [{ kty: "OKP", crv: "Ed25519", x: toBase64Url(material) }] }));
  if ("ok" in loaded) return false;
  tokens.freeKeys(loaded.handle);
  return true;
}
