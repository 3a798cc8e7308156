/**
 * Reads one at a time, and once more where somebody asks meanwhile: answers overtake each other, and
 * live events overtake answers, but what was read last began after all that asked for it.
 */
export class Reading {
  readonly #read: () => Promise<void>;
  #overtaken = false;
  #running: Promise<void> | null = null;

  /** @param read reads, and shows what it read; never rejects */
  constructor(read: () => Promise<void>) {
    this.#read = read;
  }

  /** Reads anew; done when nothing asks for more. */
  again(): Promise<void> {
    this.#overtaken = true;
    return (this.#running ??= this.#run());
  }

  /** Something happened: what is being read, if anything is, may be older. */
  overtake(): void {
    this.#overtaken = true;
  }

  async #run(): Promise<void> {
    try {
      do {
        this.#overtaken = false;
        await this.#read();
      } while (this.#overtaken);
    } finally {
      this.#running = null;
    }
  }
}
