/** What is kept going: the guard's reporter. */
export interface Sender {
  /** How many events the server does not have yet. */
  readonly waiting: number;
  /** Sends all that waits; undefined where that is under way already. */
  flush(): Promise<void> | undefined;
}

const firstPauseMs = 5_000;
const longestPauseMs = 60_000;

/** A timer that keeps no process alive, where the runtime has such. */
function later(milliseconds: number, work: () => void): void {
  const timer: unknown = setTimeout(work, milliseconds);
  (timer as { unref?(): void }).unref?.();
}

/**
 * What `waitUntil` is elsewhere, for servers that go on running: sends what sessions did until the
 * companion server has all of it, with longer and longer pauses while it is away.
 */
export class Delivery {
  readonly #sender: Sender;
  readonly #underWay = new Set<Promise<unknown>>();
  #pauseMs = firstPauseMs;
  #waits = false;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  waitUntil(sending: Promise<unknown>): void {
    const done = sending.catch(() => {}).then(() => {
      this.#underWay.delete(done);
      this.#carryOn();
    });
    this.#underWay.add(done);
  }

  #carryOn(): void {
    if (this.#sender.waiting === 0) {
      this.#pauseMs = firstPauseMs;
      return;
    }
    if (this.#waits || this.#underWay.size > 0) return;
    this.#waits = true;
    later(this.#pauseMs, () => {
      this.#waits = false;
      this.#send();
    });
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }

  #send(): void {
    const sending = this.#sender.flush();
    if (sending !== undefined) this.waitUntil(sending);
  }

  /**
   * Sends what still waits, for a server that is about to end.
   * @returns how many events could not be delivered
   */
  async flush(): Promise<number> {
    this.#send();
    await Promise.all(this.#underWay);
    return this.#sender.waiting;
  }
}
