import type { Memory } from "./memory.js";

/**
 * Lays out one value after the other behind the texts, which are gathered and cross together. That
 * needs them to be ASCII, one byte a character; where they are not, `finish` says so and the same
 * values are laid out once more, each text by itself.
 */
export class StartWriter {
  readonly #memory: Memory;
  #words: Int32Array;
  #numbers: Float64Array;
  #next = 0; // in #words
  #text = 0;
  #gathered = "";
  #together = true;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#words = memory.words;
    this.#numbers = memory.numbers;
  }
  begin(valuesAt: number, together: boolean): void {
    this.#words = this.#memory.words;
    this.#numbers = this.#memory.numbers;
    this.#next = (this.#memory.inputAt + valuesAt) >> 2;
    this.#text = 0;
    this.#gathered = "";
    this.#together = together;
  }
  /** @returns whether all the texts were ASCII, or written one by one */
  finish(): boolean {
    return !this.#together || this.#memory.putAscii(this.#gathered);
  }
  number(value: number): void {
    this.#numbers[this.#next >> 1] = value;
    this.#next += 2;
  }
  word(value: number): void {
    this.#words[this.#next++] = value;
  }
  /** @returns where the text begins, for `again` */
  text(value: string): number {
    const begin = this.#text;
    let end = begin + value.length;
    if (this.#together) {
      this.#gathered += value;
    } else {
      end = this.#memory.putText(begin, value);
    }
    this.#text = end;
    this.#place(begin, end);
    return begin;
  }
  optional(value: string | null | undefined): number {
    if (typeof value === "string") return this.text(value);
    this.#place(1, 0); // begins after it ends: absent
    return this.#text;
  }
  /** A text that is mostly the same as one before (which ends at `end`), and then crosses once. */
  again(value: string | null | undefined, before: string | null | undefined, begin: number, end: number): void {
    if (typeof value === "string" && value === before) {
      this.#place(begin, end);
    } else {
      this.optional(value);
    }
  }
  /** Where the text that comes next begins. */
  get here(): number {
    return this.#text;
  }
  #place(begin: number, end: number): void {
    this.#words[this.#next++] = begin;
    this.#words[this.#next++] = end;
  }
}
