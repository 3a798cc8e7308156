// Serves the built pages, and hands /api on to hallpassd: one origin, so that cookies and live events need nothing more.
import { createReadStream, readdirSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { extname, join, relative } from "node:path";

const { HALLPASS_URL, PORT = "3000" } = process.env;
const site = join(import.meta.dirname, "public");
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".wasm": "application/wasm" };
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

const files = new Map(
  readdirSync(site, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((file) => [`/${relative(site, file)}`, file]),
);

function handOn(incoming, outgoing) {
  const headers = { ...incoming.headers, "x-forwarded-for": incoming.socket.remoteAddress };
  const onward = ask(HALLPASS_URL + incoming.url, { method: incoming.method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  onward.once("error", () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
  outgoing.once("close", () => onward.destroy());
  incoming.pipe(onward);
}

const server = createServer((request, response) => {
  if (request.url.startsWith("/api/")) return handOn(request, response);
  const path = request.url.split("?")[0];
  const file = files.get(extname(path) ? path : "/index.html"); // React shows what the path says
  if (!file) return response.writeHead(404).end();
  response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream", "Content-Security-Policy": policy });
  createReadStream(file).pipe(response);
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections(); // live events never end by themselves
});
