/** A bounded map: when its younger half is full the older one goes, so what is in use stays. */
export class Recent<Value> {
  readonly #half: number;
  readonly #release: (value: Value) => void;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** @param release called with each value that goes */
  constructor(limit: number, release: (value: Value) => void) {
    this.#half = Math.max(1, Math.ceil(limit / 2));
    this.#release = release;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.#old.delete(key);
    this.#keep(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    this.drop(key);
    this.#keep(key, value);
  }

  drop(key: string): void {
    for (const half of [this.#young, this.#old]) {
      const value = half.get(key);
      if (value !== undefined) this.#release(value);
      half.delete(key);
    }
  }

  clear(): void {
    this.#letGo(this.#young);
    this.#letGo(this.#old);
    this.#young = new Map();
    this.#old = new Map();
  }

  #letGo(half: ReadonlyMap<string, Value>): void {
    for (const value of half.values()) this.#release(value);
  }

  #keep(key: string, value: Value): void {
    if (this.#young.size >= this.#half) {
      this.#letGo(this.#old);
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
