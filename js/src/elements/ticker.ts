/** Something that shows time. */
export interface Timed {
  /**
   * Shows the state at `now` and says when it will next look different.
   * @returns milliseconds since the epoch in the server's time, or null once nothing changes any more
   */
  tick(): { readonly now: number; readonly nextWake: number | null };
}

/** The longest that a timer is trusted: a browser may hold one back, and a clock may be set. */
const longestSleepMs = 30_000;

/**
 * One timer for all elements of a page, set for the next useful change rather than for every
 * second, and run at once when the page comes back from the background or from sleep.
 */
class Ticker {
  readonly #elements = new Set<Timed>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  add(element: Timed): void {
    if (this.#elements.size === 0) {
      document.addEventListener("visibilitychange", this.#wake);
      document.addEventListener("resume", this.#wake);
      addEventListener("pageshow", this.#wake);
      addEventListener("focus", this.#wake);
    }
    this.#elements.add(element);
    this.#wake();
  }

  remove(element: Timed): void {
    if (!this.#elements.delete(element) || this.#elements.size > 0) return;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#wake);
    document.removeEventListener("resume", this.#wake);
    removeEventListener("pageshow", this.#wake);
    removeEventListener("focus", this.#wake);
  }

  /** Runs now: what an element shows, or the time itself, has changed. */
  poke(): void {
    if (this.#elements.size > 0) this.#wake();
  }

  readonly #wake = (): void => {
    clearTimeout(this.#timer);
    let sleep = longestSleepMs;
    for (const element of [...this.#elements]) {
      const { now, nextWake } = element.tick();
      if (nextWake !== null) sleep = Math.min(sleep, nextWake - now);
    }
    if (this.#elements.size > 0) this.#timer = setTimeout(this.#wake, Math.max(sleep, 15));
  };
}

/** The page's ticker. */
export const ticker = new Ticker();
