/**
 * Numbers that the core gave for texts, so that a text that comes again crosses as a number.
 * Bounded: when it is full, all are released at once, which a caller never notices.
 */
export class Handles {
  readonly #numbers = new Map<string, number>();
  readonly #limit: number;
  readonly #release: (handle: number) => void;

  constructor(limit: number, release: (handle: number) => void) {
    this.#limit = limit;
    this.#release = release;
  }

  get(text: string): number | undefined {
    return this.#numbers.get(text);
  }

  /** Makes room before handles are taken that must stay valid together. */
  makeRoom(count: number): void {
    if (this.#numbers.size + count <= this.#limit) return;
    for (const handle of this.#numbers.values()) this.#release(handle);
    this.#numbers.clear();
  }

  set(text: string, handle: number): void {
    this.#numbers.set(text, handle);
  }
}
