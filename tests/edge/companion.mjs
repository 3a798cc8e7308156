// A stand-in for the companion server: keys, status list, audit log, each as the test sets them.
import { createServer } from "node:http";

export async function startCompanion() {
  const companion = {
    keys: { keys: [] },
    /** The status list token to serve; null: the list cannot be had. */
    list: null,
    etag: '"1"',
    available: true,
    /** What answers with keys wait for. */
    gate: undefined,
    /** By session: statuses with which its next posts of events are answered; then 202. */
    answers: {},
    events: [],
    posts: [],
    /** Streams of revocations that are open: `write` what they are to say; `lastEventId` is what was asked for. */
    streams: [],
    calls: { keys: 0, list: 0, notModified: 0 },
  };
  const server = createServer((request, response) => answer(companion, request, response));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  companion.url = `http://127.0.0.1:${server.address().port}`;
  companion.stop = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return companion;
}

function send(response, status, type, body, headers = {}) {
  response.writeHead(status, { "Content-Type": type, ...headers });
  response.end(body);
}

async function answer(companion, request, response) {
  const { pathname } = new URL(request.url, "http://companion");
  let body = "";
  for await (const chunk of request) body += chunk;
  if (!companion.available) return request.socket.destroy();
  if (pathname === "/.well-known/jwks.json") {
    companion.calls.keys++;
    await companion.gate;
    return send(response, 200, "application/json", JSON.stringify(companion.keys));
  }
  if (pathname === "/api/v1/token-status/events") {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.flushHeaders();
    const stream = { lastEventId: request.headers["last-event-id"], write: (text) => response.write(text), end: () => response.end() };
    companion.streams.push(stream);
    return;
  }
  if (pathname.startsWith("/status/")) {
    companion.calls.list++;
    if (companion.list === null) return send(response, 503, "text/plain", "");
    if (request.headers["if-none-match"] === companion.etag) {
      companion.calls.notModified++;
      return send(response, 304, "application/statuslist+jwt", "");
    }
    return send(response, 200, "application/statuslist+jwt", companion.list, { ETag: companion.etag });
  }
  if (pathname.endsWith("/audit-logs")) {
    const { events } = JSON.parse(body);
    const session = decodeURIComponent(pathname.split("/").at(-2));
    const status = companion.answers[session]?.shift() ?? 202;
    companion.posts.push({ pathname, session, status, authorization: request.headers.authorization });
    if (status === 202) companion.events.push(...events.map((event) => ({ ...event, session })));
    return send(response, status, "application/json", "{}");
  }
  send(response, 404, "text/plain", "");
}

/** Waits, up to a deadline, until `condition` gives something. */
export async function until(condition, what, deadlineMs = 10_000) {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
