import type { LiveEvent } from "../client/wire.js";
import { ReadingElement } from "./reading-element.js";
import { type Timed, ticker } from "./ticker.js";

/** A component that shows what changes by itself: by live events, and by the clock. */
export abstract class LiveElement extends ReadingElement implements Timed {
  /** How many live events came so far. */
  #heard = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    ticker.add(this);
    this.listen({
      event: (event) => {
        this.#heard += 1;
        this.reading.overtake();
        this.onEvent(event);
      },
      resync: () => void this.load(),
    });
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    ticker.remove(this);
  }

  /**
   * Does one thing and takes in its answer. Where live events came meanwhile, the answer may be older than
   * they are: what is newest is read then, as it is where the server knows better (409).
   * @param take is told the answer, and whether it is the newest that is known
   * @returns whether it was done
   */
  protected async actAndTake<T>(name: string, deed: () => Promise<T>, take: (answer: T, newest: boolean) => void): Promise<boolean> {
    const heard = this.#heard;
    const answer = await this.act(name, deed);
    const newest = heard === this.#heard;
    if (answer !== undefined) take(answer, newest);
    if (answer === undefined ? this.problem?.status === 409 : !newest) await this.load();
    return answer !== undefined;
  }

  abstract tick(): { readonly now: number; readonly nextWake: number | null };

  /** Takes in one live event. */
  protected abstract onEvent(event: LiveEvent): void;
}
