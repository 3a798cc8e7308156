/** Undoes zlib's compression (RFC 1950) with what the runtime has; the stream fails where the bytes are none of that. */
export function inflated(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { writable, readable } = new DecompressionStream("deflate");
  const writer = writable.getWriter();
  const ignore = (): void => {}; // whoever reads sees what went wrong
  writer.write(bytes).catch(ignore);
  writer.close().catch(ignore);
  return readable;
}
