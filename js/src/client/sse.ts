export interface SseMessage {
  readonly event: string;
  readonly data: string;
}

/**
 * Reads a server-sent event stream piece by piece (HTML Standard, section 9.2.6, without `retry`:
 * the pauses between attempts are the reader's own).
 */
export class SseParser {
  /** The last `id:` seen, "" before any. */
  lastEventId = "";
  #rest = "";
  #event = "";
  #data: string[] = [];
  #id = "";

  push(text: string): SseMessage[] {
    const messages: SseMessage[] = [];
    this.#rest += text;
    for (;;) {
      const cut = this.#rest.search(/\r\n|\n|\r/);
      // A carriage return at the very end may be half of a CRLF.
      if (cut < 0 || (this.#rest[cut] === "\r" && cut === this.#rest.length - 1)) return messages;
      const line = this.#rest.slice(0, cut);
      this.#rest = this.#rest.slice(cut + (this.#rest.startsWith("\r\n", cut) ? 2 : 1));
      if (line === "") this.#dispatch(messages);
      else this.#field(line);
    }
  }

  #field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment keeps proxies from closing
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.#event = value;
    else if (name === "data") this.#data.push(value);
    else if (name === "id" && !value.includes("\0")) this.#id = value;
  }

  #dispatch(messages: SseMessage[]): void {
    this.lastEventId = this.#id;
    if (this.#data.length > 0) messages.push({ event: this.#event || "message", data: this.#data.join("\n") });
    this.#event = "";
    this.#data = [];
  }
}
