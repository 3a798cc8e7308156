import type { CoreExports } from "./exports.js";
import { type CoreError, errorFrom } from "./error.js";

const decoder = new TextDecoder();
const encoder = new TextEncoder();
/** Up to here a loop is quicker than a TextDecoder or TextEncoder. */
const shortText = 48;

/**
 * Writes UTF-8 and returns where it ends. A lone surrogate becomes three bytes that are not
 * well-formed, which the core refuses; a TextEncoder would turn it into U+FFFD, and so two different
 * texts into one.
 */
export function encode(text: string, bytes: Uint8Array, start: number): number {
  const { length } = text;
  if (length > shortText) {
    const { read, written } = encoder.encodeInto(text, bytes.subarray(start, start + length));
    if (read === length && written === length) return start + length; // all ASCII
    return encodeRest(text, 0, bytes, start);
  }
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x80) return encodeRest(text, index, bytes, start + index);
    bytes[start + index] = unit;
  }
  return start + length;
}

function encodeRest(text: string, from: number, bytes: Uint8Array, start: number): number {
  let at = start;
  for (let index = from; index < text.length; index++) {
    let unit = text.charCodeAt(index);
    if (unit < 0x80) {
      bytes[at++] = unit;
      continue;
    }
    if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 0x3f);
      continue;
    }
    const next = index + 1 < text.length ? text.charCodeAt(index + 1) : 0;
    if ((unit & 0xfc00) === 0xd800 && (next & 0xfc00) === 0xdc00) {
      index++;
      unit = 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff);
      bytes[at++] = 0xf0 | (unit >> 18);
      bytes[at++] = 0x80 | ((unit >> 12) & 0x3f);
    } else {
      bytes[at++] = 0xe0 | (unit >> 12);
    }
    bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
    bytes[at++] = 0x80 | (unit & 0x3f);
  }
  return at;
}

/** The module's memory: one input buffer and one set of result fields (wasm/exchange.hpp). */
export class Memory {
  readonly #core: CoreExports;
  /** Where the result fields are, in numbers and in words. */
  readonly #firstNumber: number;
  readonly #firstWord: number;
  #bytes = new Uint8Array();
  #words = new Int32Array();
  #numbers = new Float64Array();
  #input: number;
  #capacity = 4096;

  constructor(core: CoreExports) {
    this.#core = core;
    const fields = core.hp_fields();
    this.#firstNumber = fields >> 3;
    this.#firstWord = (fields >> 2) + 16;
    this.#input = core.hp_input(this.#capacity);
    this.look();
  }

  /** Memory that grew has a new buffer; what looked at the old one is empty. */
  look(): void {
    if (this.#words.length === 0) this.#map();
  }
  #map(): void {
    const { buffer } = this.#core.memory;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#numbers = new Float64Array(buffer);
  }

  /** Makes room for `size` bytes of input. */
  reserve(size: number): void {
    if (size > this.#capacity) {
      this.#input = this.#core.hp_input(size);
      this.#capacity = size;
      this.#map();
    }
    this.look();
  }

  /** Puts one text into the input buffer. @returns its size in bytes */
  write(text: string): number {
    this.reserve(text.length * 3);
    return encode(text, this.#bytes, this.#input) - this.#input;
  }

  // For callers that lay out several values: offsets are from the start of the input buffer, and
  // `reserve` was called for all of them.
  putText(offset: number, text: string): number {
    return encode(text, this.#bytes, this.#input + offset) - this.#input;
  }
  /** All of memory as bytes, words and numbers, good until the next call of the core. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }
  get words(): Int32Array {
    return this.#words;
  }
  get numbers(): Float64Array {
    return this.#numbers;
  }
  /** Where the input buffer is: at a multiple of 8. */
  get inputAt(): number {
    return this.#input;
  }
  putNumber(offset: number, value: number): void {
    this.#numbers[(this.#input + offset) >> 3] = value;
  }

  number(index: number): number {
    this.look();
    return this.numberSeen(index);
  }
  word(index: number): number {
    this.look();
    return this.wordSeen(index);
  }
  // For callers that read several fields: they `look` once after the call.
  numberSeen(index: number): number {
    return this.#numbers[this.#firstNumber + index] as number;
  }
  wordSeen(index: number): number {
    return this.#words[this.#firstWord + index] as number;
  }

  /** The text whose address and size are in two words. */
  text(firstWord: number): string {
    const address = this.word(firstWord) >>> 0;
    const size = this.word(firstWord + 1);
    const bytes = this.#bytes.subarray(address, address + size);
    if (size > shortText) return decoder.decode(bytes);
    for (let at = 0; at < size; at++) if ((bytes[at] ?? 0) >= 0x80) return decoder.decode(bytes);
    // Adding letter by letter would leave a chain of pieces, ten times as large.
    return String.fromCharCode.apply(null, bytes as unknown as number[]);
  }
  /** As `text`, but null where the text is absent. */
  optionalText(firstWord: number): string | null {
    return this.word(firstWord) === 0 ? null : this.text(firstWord);
  }
  /** A copy of the bytes whose address and size are in two words. */
  copy(firstWord: number): Uint8Array<ArrayBuffer> {
    const address = this.word(firstWord) >>> 0;
    return this.#bytes.slice(address, address + this.word(firstWord + 1));
  }
  /** Writes bytes to an address that the core gave in a word. */
  fill(addressWord: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.word(addressWord) >>> 0);
  }

  /** Why the last call refused. */
  refusal(): CoreError {
    return errorFrom(this.text(0));
  }
}
