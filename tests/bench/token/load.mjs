// A bounded load: so many connections that stay open, each with one request under way, until so many are answered.
import { connect } from "node:net";

const headEnd = "\r\n\r\n";

/** Bytes of a whole answer, once its head is there; 0 until then. Answers must say their Content-Length. */
function sizeOf(bytes) {
  const head = bytes.indexOf(headEnd);
  if (head < 0) return 0;
  const text = bytes.toString("latin1", 0, head);
  if (!text.startsWith("HTTP/1.1 200")) throw new Error(text);
  return head + headEnd.length + Number(/content-length: (\d+)/i.exec(text)[1]);
}

/** One connection. `asked` is called whenever it is free, and says what to send; undefined where nothing is left. */
class Connection {
  #socket;
  #next;
  #rest = [];
  #arrived = 0;
  #size = 0;

  constructor(socket, failed) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => {
      try {
        this.#take(chunk);
      } catch (cause) {
        failed(cause);
      }
    });
    socket.on("error", failed);
    socket.on("close", () => failed(new Error("the service has closed a connection")));
  }

  #take(chunk) {
    this.#rest.push(chunk);
    this.#arrived += chunk.length;
    if (this.#size === 0) this.#size = sizeOf(this.#rest.length === 1 ? chunk : Buffer.concat(this.#rest));
    if (this.#size === 0 || this.#arrived < this.#size) return;
    this.#rest = [];
    this.#arrived = this.#size = 0;
    this.go(this.#next);
  }

  go(next) {
    this.#next = next;
    const request = next();
    if (request !== undefined) this.#socket.write(request);
  }
}

/**
 * Connects to a service.
 * @returns `ask(path, count)`, which resolves once that many requests were answered, and `close()`
 */
export async function openLoad(url, headers, connections = 16) {
  const { hostname, port } = new URL(url);
  const lines = [`Host: ${hostname}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  let failed = () => {};
  const sockets = Array.from({ length: connections }, () => connect(Number(port), hostname));
  const open = sockets.map((socket) => new Connection(socket, (cause) => failed(cause)));
  return {
    ask: (path, count) =>
      new Promise((resolve, reject) => {
        failed = reject;
        const request = Buffer.from([`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
        let left = count;
        let free = 0;
        const next = () => {
          if (left-- > 0) return request;
          if (++free === connections) resolve();
          return undefined;
        };
        for (const each of open) each.go(next);
      }),
    close: () => {
      failed = () => {};
      for (const socket of sockets) socket.destroy();
    },
  };
}
