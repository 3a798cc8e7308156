/** Where the browser's two clocks are read; tests pass their own. */
export interface DeviceClocks {
  /** Milliseconds since the epoch: right after sleep, wrong where the device's clock is. */
  wall(): number;
  /** Milliseconds since some start: never set by anybody, but may stand still during sleep. */
  steady(): number;
}

const deviceClocks: DeviceClocks = {
  wall: () => Date.now(),
  steady: () => performance.now(),
};

/** How far the two clocks may drift apart before neither is trusted. */
const divergenceMs = 1_000;

/**
 * The server's time, from the `Hallpass-Now` header of its answers: a wrong device clock changes
 * no countdown.
 */
export class ServerClock {
  #sync: { server: number; wall: number; steady: number; roundTrip: number } | null = null;
  readonly #clocks: DeviceClocks;
  readonly #listeners = new Set<() => void>();

  constructor(clocks: DeviceClocks = deviceClocks) {
    this.#clocks = clocks;
  }

  /**
   * The server's time in milliseconds since the epoch. After sleep or a changed device clock the
   * later reading counts, so that nothing looks live longer than it is.
   */
  now(): number {
    if (this.#sync === null) return this.#clocks.wall();
    const { byWall, bySteady } = this.#readings(this.#sync);
    return Math.max(byWall, bySteady);
  }

  /** Whether an answer of the server has set this clock. */
  get synced(): boolean {
    return this.#sync !== null;
  }

  /** Whether the device slept or its clock was changed since the last answer: ask the server anew. */
  get diverged(): boolean {
    if (this.#sync === null) return false;
    const { byWall, bySteady } = this.#readings(this.#sync);
    return Math.abs(byWall - bySteady) > divergenceMs;
  }

  /** For `observe`: when a request is sent, in steady milliseconds. */
  mark(): number {
    return this.#clocks.steady();
  }

  /** Takes the server's time from an answer to a request sent at `mark`. */
  observe(response: Response, mark: number): void {
    const header = response.headers.get("Hallpass-Now");
    const server = header === null ? Number.NaN : Number(header);
    if (!Number.isFinite(server) || server <= 0) return;
    const roundTrip = this.#clocks.steady() - mark;
    // A slow answer says little about now; keep the better one unless the clocks came apart.
    if (this.#sync !== null && roundTrip > 2_000 && roundTrip > this.#sync.roundTrip && !this.diverged) return;
    this.set(server + roundTrip / 2, roundTrip);
  }

  /** Sets the clock outright, for example from what another page of this tab knew. */
  set(serverNow: number, roundTrip = 0): void {
    const before = this.#sync === null ? null : this.now();
    this.#sync = { server: serverNow, wall: this.#clocks.wall(), steady: this.#clocks.steady(), roundTrip };
    // Small corrections happen with every answer; only a jump is worth waking anybody for.
    if (before === null || Math.abs(before - serverNow) > 250) {
      for (const listener of this.#listeners) listener();
    }
  }

  /** How far the server is ahead of the device's clock, in milliseconds. */
  get offset(): number {
    return this.now() - this.#clocks.wall();
  }

  /** Calls back when the time has jumped; the answer stops that. */
  onJump(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #readings(sync: { server: number; wall: number; steady: number }): { byWall: number; bySteady: number } {
    return {
      byWall: sync.server + this.#clocks.wall() - sync.wall,
      bySteady: sync.server + this.#clocks.steady() - sync.steady,
    };
  }
}
