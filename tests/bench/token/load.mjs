// A bounded load: so many connections, each with one request under way, for so long.
import { connect } from "node:net";

const headEnd = Buffer.from("\r\n\r\n");

/** One connection that asks again as soon as it is answered. Answers must say their Content-Length. */
function askUntil(url, headers, end, count) {
  const { hostname, port, pathname } = new URL(url);
  const lines = [`GET ${pathname} HTTP/1.1`, `Host: ${hostname}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  const request = `${lines.join("\r\n")}\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    let rest = Buffer.alloc(0);
    socket.on("connect", () => socket.write(request));
    socket.on("error", reject);
    socket.on("close", resolve);
    socket.on("data", (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const head = rest.indexOf(headEnd);
      if (head < 0) return;
      const text = rest.toString("latin1", 0, head);
      if (!text.startsWith("HTTP/1.1 200")) return socket.destroy(new Error(text));
      if (rest.length < head + 4 + Number(/content-length: (\d+)/i.exec(text)[1])) return;
      rest = Buffer.alloc(0);
      count();
      if (performance.now() < end) socket.write(request);
      else socket.end();
    });
  });
}

/**
 * @param clock what the answers are counted against, in milliseconds
 * @returns answers a second
 */
export async function load(url, headers, { connections = 16, milliseconds = 1000, clock = () => performance.now() } = {}) {
  let answers = 0;
  const start = performance.now();
  const began = clock();
  const asking = Array.from({ length: connections }, () => askUntil(url, headers, start + milliseconds, () => answers++));
  await Promise.all(asking);
  return (answers * 1000) / (clock() - began);
}
