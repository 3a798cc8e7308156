import { readCheckpoint, type Checkpoint } from "./note.js";

type Eventually<T> = T | Promise<T>;

/** Where heads are remembered: a text for each server. A `Map` is one, for as long as it lives. */
export interface HeadStore {
  get(server: string): Eventually<string | null | undefined>;
  set(server: string, text: string): Eventually<unknown>;
  delete(server: string): Eventually<unknown>;
}

/** A signed head and the key that it was signed with, as texts: two that do not fit are evidence against the server. */
export interface RememberedHead {
  /** `NAME+ID+KEY` */
  readonly key: string;
  /** The signed note, as the server gave it. */
  readonly checkpoint: string;
}

const slot = (server: string): string => `hallpass.record:${server}`;

/** The browser's own store for the page's origin. Each call may throw: private windows, full disks, forbidden cookies. */
export const localHeadStore: HeadStore = {
  get: (server) => localStorage.getItem(slot(server)),
  set: (server, text) => localStorage.setItem(slot(server), text),
  delete: (server) => localStorage.removeItem(slot(server)),
};

export interface KnownHead {
  readonly kept: RememberedHead;
  readonly head: Checkpoint;
}

/** What a store holds; null where it is nothing that can be read. */
function readKept(text: string | null | undefined): KnownHead | null {
  try {
    const { key, checkpoint } = JSON.parse(text ?? "") as Partial<Record<keyof RememberedHead, unknown>>;
    const head = typeof checkpoint === "string" ? readCheckpoint(checkpoint) : null;
    return head === null || typeof key !== "string" ? null : { kept: { key, checkpoint: checkpoint as string }, head };
  } catch {
    return null;
  }
}

/** One server's head: in the store, and as long as this object lives also where the store takes nothing. */
export class HeadMemory {
  readonly #store: HeadStore;
  readonly #server: string;
  #last: KnownHead | null = null;

  constructor(store: HeadStore, server: string) {
    this.#store = store;
    this.#server = server;
  }

  async read(): Promise<KnownHead | null> {
    try {
      return readKept(await this.#store.get(this.#server)) ?? this.#last;
    } catch {
      return this.#last;
    }
  }

  /** @returns whether the store has it now, for the next visit */
  async write(known: KnownHead): Promise<boolean> {
    this.#last = known;
    const text = JSON.stringify(known.kept);
    try {
      if ((await this.#store.get(this.#server)) === text) return true;
      await this.#store.set(this.#server, text);
      return (await this.#store.get(this.#server)) === text;
    } catch {
      return false;
    }
  }

  async forget(): Promise<void> {
    this.#last = null;
    await this.#store.delete(this.#server);
  }

  /** Does work that reads and writes, one page of the browser at a time where pages know of each other. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const locks = globalThis.navigator?.locks as LockManager | undefined; // secure contexts alone have them
    if (locks === undefined) return work();
    let begun = false;
    const counted = (): Promise<T> => {
      begun = true;
      return work();
    };
    try {
      return await locks.request(slot(this.#server), counted);
    } catch (cause) {
      if (begun) throw cause;
      return work(); // a page without an origin of its own has no locks, and shares its memory with nobody
    }
  }
}
