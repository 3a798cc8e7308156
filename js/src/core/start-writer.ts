import { encode, type Memory } from "./memory.js";

/** Lays texts out one after the other, and where each lies into two words of the values before them. */
export class StartWriter {
  #words: Int32Array = new Int32Array();
  #bytes: Uint8Array = new Uint8Array();
  #end = 0;

  /** Room for all was reserved. @param textsAt the address of the first text */
  begin(memory: Memory, textsAt: number): void {
    this.#words = memory.words;
    this.#bytes = memory.bytes;
    this.#end = textsAt;
  }
  text(at: number, value: string): void {
    const words = this.#words;
    words[at] = this.#end;
    words[at + 1] = this.#end = encode(value, this.#bytes, this.#end);
  }
  optional(at: number, value: string | null | undefined): void {
    if (typeof value === "string") {
      this.text(at, value);
    } else {
      this.#words[at] = 1; // begins after it ends: absent
      this.#words[at + 1] = 0;
    }
  }
  /** A text that is mostly the same as `before`, whose place is in the words at `place`, and then crosses once. */
  again(at: number, value: string | null | undefined, before: string | null | undefined, place: number): void {
    if (typeof value === "string" && value === before) {
      const words = this.#words;
      words[at] = words[place] as number;
      words[at + 1] = words[place + 1] as number;
    } else {
      this.optional(at, value);
    }
  }
}
