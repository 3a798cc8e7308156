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
    // A carriage return at the very end may be half of a CRLF.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") this.#dispatch(messages);
      else this.#field(line);
    }
    return messages;
  }

  #field(line: string): void {
    // What begins with a colon is a comment, which keeps proxies from closing.
    const [, name, value = ""] = /^([^:]+)(?:: ?(.*))?$/s.exec(line) ?? [];
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
