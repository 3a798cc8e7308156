import type { LiveEvent } from "../client/wire.js";
import { ReadingElement } from "./reading-element.js";
import { type Timed, ticker } from "./ticker.js";

/** A component that shows what changes by itself: by live events, and by the clock. */
export abstract class LiveElement extends ReadingElement implements Timed {
  override connectedCallback(): void {
    super.connectedCallback();
    ticker.add(this);
    this.listen({
      event: (event) => {
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

  abstract tick(): { readonly now: number; readonly nextWake: number | null };

  /** Takes in one live event. */
  protected abstract onEvent(event: LiveEvent): void;
}
