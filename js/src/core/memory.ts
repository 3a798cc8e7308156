import type { CoreExports } from "./exports.js";
import { type CoreError, errorFrom, type Refused, refused } from "./error.js";

export const decoder = new TextDecoder();
export const encoder = new TextEncoder();
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
    const point = text.codePointAt(index) as number;
    let more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    if (more === 3) index++; // a pair of surrogates
    bytes[at++] = more === 0 ? point : (0xff80 >> more) | (point >> (6 * more)); // the lower eight bits of that
    while (more > 0) bytes[at++] = 0x80 | ((point >> (6 * --more)) & 0x3f);
  }
  return at;
}

/** The module's memory: one input buffer and one set of result fields (wasm/exchange.hpp). */
export class Memory {
  readonly #core: CoreExports;
  /** Where the result fields are, in numbers and in words. */
  declare readonly firstNumber: number;
  declare readonly firstWord: number;
  /**
   * All of memory, good until the next call of the core. Callers that lay out several values `reserve`
   * room for all of them, and those that read several fields `look` once after the call.
   */
  bytes = new Uint8Array();
  words = new Int32Array();
  numbers = new Float64Array();
  /** Where the input buffer is: at a multiple of 8. */
  declare inputAt: number;
  #capacity = 4096;

  constructor(core: CoreExports) {
    this.#core = core;
    const fields = core.hp_fields();
    this.firstNumber = fields >> 3;
    this.firstWord = (fields >> 2) + 16;
    this.inputAt = core.hp_input(this.#capacity);
    this.look();
  }

  /** Memory that grew has a new buffer; what looked at the old one is empty. */
  look(): void {
    if (this.words.length === 0) this.#map();
  }
  #map(): void {
    const { buffer } = this.#core.memory;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.numbers = new Float64Array(buffer);
  }

  /** Makes room for `size` bytes of input. */
  reserve(size: number): void {
    if (size > this.#capacity) {
      this.inputAt = this.#core.hp_input(size);
      this.#capacity = size;
      this.#map();
    }
    this.look();
  }

  /** Puts one text into the input buffer. @returns its size in bytes */
  write(text: string): number {
    this.reserve(text.length * 3);
    return encode(text, this.bytes, this.inputAt) - this.inputAt;
  }

  number(index: number): number {
    this.look();
    return this.numbers[this.firstNumber + index] as number;
  }
  word(index: number): number {
    this.look();
    return this.words[this.firstWord + index] as number;
  }

  /** The text whose address and size are in two words. */
  text(firstWord: number): string {
    const address = this.word(firstWord) >>> 0;
    const size = this.word(firstWord + 1);
    const { bytes } = this;
    const end = address + size;
    if (size > shortText) return decoder.decode(bytes.subarray(address, end));
    // Adding letter by letter would leave a chain of pieces, ten times as large.
    const letters = new Array<number>(size);
    for (let at = 0; at < size; at++) {
      const letter = bytes[address + at] as number;
      if (letter >= 0x80) return decoder.decode(bytes.subarray(address, end));
      letters[at] = letter;
    }
    return String.fromCharCode(...letters);
  }
  /** As `text`, but null where the text is absent. */
  optionalText(firstWord: number): string | null {
    return this.word(firstWord) === 0 ? null : this.text(firstWord);
  }
  /** The bytes whose address and size are in two words, as they stand until the next call. */
  view(firstWord: number): Uint8Array<ArrayBuffer> {
    const address = this.word(firstWord) >>> 0;
    return this.bytes.subarray(address, address + this.word(firstWord + 1));
  }

  /** Why the last call refused. */
  refusal(): CoreError {
    return errorFrom(this.text(0));
  }
  refused(): Refused {
    return refused(this.refusal());
  }
}
