import type { LiveEvent } from "../client/wire.js";
import { HallpassElement } from "./hallpass-element.js";
import { Reading } from "./reading.js";
import { type Timed, ticker } from "./ticker.js";

/** A component that shows what changes by itself: by live events, and by the clock. */
export abstract class LiveElement extends HallpassElement implements Timed {
  readonly #reading = new Reading(() => this.read());

  override connectedCallback(): void {
    super.connectedCallback();
    ticker.add(this);
    this.listen({
      event: (event) => {
        this.#reading.overtake();
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

  /** Reads what is shown anew. Never rejects. */
  load(): Promise<void> {
    return this.#reading.again();
  }

  /** Reads what is shown once. Never rejects. */
  protected abstract read(): Promise<void>;

  abstract tick(): { readonly now: number; readonly nextWake: number | null };

  /** Takes in one live event. */
  protected abstract onEvent(event: LiveEvent): void;
}
