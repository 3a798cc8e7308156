import { GrowingPause } from "../client/growing-pause.js";
import { HallpassProblem } from "../client/problem.js";

const firstPauseMs = 2_000;
const lastPauseMs = 60_000;

/** Whether the same question may have an answer later. */
function mayPass({ status }: HallpassProblem): boolean {
  return status === 0 || status === 429 || status >= 500;
}

/**
 * Reads one at a time, and once more where somebody asks meanwhile: answers overtake each other, and
 * live events overtake answers, but what was read last began after all that asked for it. What failed
 * for the time being is tried again, after pauses that grow from 2 s to a minute.
 */
export class Reading {
  readonly #read: () => Promise<void>;
  readonly #failed: (problem: HallpassProblem) => void;
  readonly #pauses = new GrowingPause(firstPauseMs, lastPauseMs);
  #overtaken = false;
  #running: Promise<void> | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param read reads, and shows what it read; rejects with the problem where it cannot
   * @param failed is told the problem
   */
  constructor(read: () => Promise<void>, failed: (problem: HallpassProblem) => void) {
    this.#read = read;
    this.#failed = failed;
  }

  /** Reads anew; done when nothing asks for more. Never rejects. */
  again(): Promise<void> {
    this.#overtaken = true;
    return (this.#running ??= this.#run());
  }

  /** Something happened: what is being read, if anything is, may be older. */
  overtake(): void {
    this.#overtaken = true;
  }

  /** Nobody looks any more: what failed is not tried again. */
  stop(): void {
    clearTimeout(this.#retry);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      do {
        this.#overtaken = false;
        await this.#read();
      } while (this.#overtaken);
      this.#pauses.reset();
    } catch (problem) {
      if (!(problem instanceof HallpassProblem)) throw problem;
      this.#failed(problem);
      if (mayPass(problem)) this.#tryLater(problem);
    } finally {
      this.#running = null;
    }
  }

  #tryLater({ retryAfterSeconds }: HallpassProblem): void {
    const pause = Math.max(this.#pauses.next(), (retryAfterSeconds ?? 0) * 1_000);
    this.#retry = setTimeout(() => void this.again(), Math.min(pause, lastPauseMs));
  }
}
