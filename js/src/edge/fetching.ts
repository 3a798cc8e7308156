import { decoder } from "../core/memory.js";

/** A fetch function, as runtimes have it. */
export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

export const defaultFetch: Fetch = (input, init) => fetch(input, init);

/**
 * workerd lets no request wait for another one's I/O, so there each request that needs a refresh
 * does its own; elsewhere one is under way at a time.
 */
export const mayShare = (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent !== "Cloudflare-Workers";

/** How long one may take to be answered. */
export const fetchTimeoutMs = 5_000;

/** A request that follows nobody elsewhere and does not take for ever. */
export function fetchWithin(fetch: Fetch, url: string, init?: RequestInit): Promise<Response> {
  return fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(fetchTimeoutMs) });
}

/** Work of which one is under way at a time, where the runtime lets callers share it. */
export class SingleFlight<T> {
  #underWay: Promise<T> | undefined;

  /** Whether there is something to wait for. */
  get underWay(): boolean {
    return this.#underWay !== undefined;
  }

  run(work: () => Promise<T>): Promise<T> {
    if (!mayShare) return work();
    this.#underWay ??= work().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }
}

/** The body as text, unless it is longer than `maxBytes`. */
export async function boundedText(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return "";
  return decoder.decode(await boundedBytes(response.body, maxBytes));
}

/** As much as is asked of a stream at once. Of itself workerd gives 4 KB, and each piece costs it a promise. */
const pieceBytes = 64 * 1024;

/** All bytes of a stream, unless there are more than `maxBytes`. */
export async function boundedBytes(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let reader: Pick<ReadableStreamBYOBReader, "read" | "cancel">;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    reader = stream.getReader() as ReadableStreamGenericReader as ReadableStreamBYOBReader; // takes no notice of the bytes
  }
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(pieceBytes));
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw new RangeError(); // nobody is told why
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
