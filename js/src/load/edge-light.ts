import { Unzlib } from "fflate";
import module from "../core.wasm?module";

const pieceBytes = 16 * 1024;

export function instance(): Promise<WebAssembly.Instance> {
  return WebAssembly.instantiate(module);
}

/** This runtime has no `DecompressionStream`, and Next.js lets nobody put one there. */
export function inflated(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const inflate = new Unzlib();
  let at = 0;
  return new ReadableStream({
    start(out) {
      inflate.ondata = (chunk) => out.enqueue(new Uint8Array(chunk));
    },
    // Piece by piece, so that a reader can stop where there is more than it wants.
    pull(out) {
      const end = at + pieceBytes;
      inflate.push(bytes.subarray(at, end), end >= bytes.length);
      at = end;
      if (end >= bytes.length) out.close();
    },
  });
}
