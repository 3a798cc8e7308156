/**
 * What is to be sent, in order: taken from the front, and dropped there once it is settled. A batch costs its own length,
 * however much waits behind it.
 */
export class SendQueue<Item> {
  #items: Item[] = [];
  /** How many of the first ones are dropped, and only take up room yet. */
  #dropped = 0;

  get length(): number {
    return this.#items.length - this.#dropped;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  first(count: number): Item[] {
    return this.#items.slice(this.#dropped, this.#dropped + count);
  }

  /**
   * Drops what of a batch, taken from the front, need not be sent again.
   * @returns what was dropped by this call: another sender may have dropped some of it meanwhile
   */
  settle(batch: readonly Item[], left: readonly Item[]): Item[] {
    const settled = new Set(batch);
    for (const item of left) settled.delete(item);
    // Nothing is put in before what waits: what there still is of the batch lies no further back than its length.
    const front = this.first(batch.length);
    const gone = front.filter((item) => settled.has(item));
    this.#dropped += gone.length;
    let at = this.#dropped;
    for (const item of front) if (!settled.has(item)) this.#items[at++] = item;
    if (this.#dropped * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#dropped);
      this.#dropped = 0;
    }
    return gone;
  }
}
