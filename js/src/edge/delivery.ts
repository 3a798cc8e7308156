import { mayShare } from "./fetching.js";
import { Reporter, type ReportOptions } from "./report.js";

/** What is kept going. */
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
 * What `waitUntil` is elsewhere, for servers that go on running: sends until the companion server has
 * everything, with longer and longer pauses while it is away.
 */
export class Delivery {
  readonly #sender: Sender;
  #underWay: Promise<void> | undefined;
  #pauseMs = firstPauseMs;
  #waits = false;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** @returns what is being sent now; undefined where there is nothing to send or somebody is at it */
  send(): Promise<void> | undefined {
    const sending = this.#sender.flush()?.catch(() => {});
    if (sending === undefined) return undefined;
    this.#underWay = sending.then(() => this.#carryOn());
    return this.#underWay;
  }

  #carryOn(): void {
    if (this.#sender.waiting === 0) {
      this.#pauseMs = firstPauseMs;
      return;
    }
    // In workerd a timer is the request's, and ends with it: there the next request carries on.
    if (this.#waits || !mayShare) return;
    this.#waits = true;
    later(this.#pauseMs, () => {
      this.#waits = false;
      void this.send();
    });
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }

  /**
   * Sends what still waits, for a server that is about to end.
   * @returns how many events could not be delivered
   */
  async flush(): Promise<number> {
    await (this.send() ?? this.#underWay);
    return this.#sender.waiting;
  }
}

/** A reporter that does not leave it at one try. */
export class PersistentReporter extends Reporter {
  readonly #delivery: Delivery;

  constructor(options: ReportOptions) {
    super(options);
    const left = (): number => this.waiting;
    this.#delivery = new Delivery({
      get waiting() {
        return left();
      },
      flush: () => super.flush(),
    });
  }

  override flush(): Promise<void> | undefined {
    return this.#delivery.send();
  }

  /** Sends what still waits; resolves to how many events could not be delivered. */
  settle(): Promise<number> {
    return this.#delivery.flush();
  }
}
