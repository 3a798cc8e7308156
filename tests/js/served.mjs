// The same small application behind each adapter, on a free port of the loopback.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { serve } from "@hono/node-server";
import express from "express";
import { Hono } from "hono";
import { createGuard as guardExpress, sessionOf as expressSession } from "../../js/dist/express.js";
import { createGuard as guardHono, sessionOf as honoSession } from "../../js/dist/hono.js";
import { createGuard as guardNode, sessionOf as nodeSession } from "../../js/dist/node.js";

/** What reached the application, in every form in which Node tells it. */
const told = (request, session) => ({
  method: request.method,
  headers: request.headers,
  raw: request.rawHeaders,
  distinct: request.headersDistinct,
  session: session?.id ?? null,
});

/** Answers in two pieces; the second one goes when the test says so. */
const slow = { release: () => {} };
export const releaseSlowAnswer = () => slow.release();
const held = () => new Promise((resolve) => (slow.release = resolve));

async function respond(request, response, session, pathname) {
  if (pathname === "/app/cases/slow") {
    response.writeHead(206, { "Content-Type": "text/plain" });
    response.write("first ");
    await held();
    return response.end("last");
  }
  if (request.method === "POST") {
    const hash = createHash("sha256");
    let size = 0;
    try {
      for await (const chunk of request) {
        hash.update(chunk);
        size += chunk.length;
      }
    } catch {
      return undefined; // the caller is gone
    }
    response.writeHead(200, { "Content-Type": "application/json" });
    return response.end(JSON.stringify({ size, hash: hash.digest("hex") }));
  }
  response.writeHead(200, { "Content-Type": "application/json" });
  return response.end(JSON.stringify(told(request, session)));
}

const accept = (request, socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");

function node(options) {
  const guard = guardNode(options, (request, response, session) => {
    if (session !== nodeSession(request)) throw new Error("two different sessions");
    return respond(request, response, session, new URL(request.url, "http://x").pathname);
  });
  return { guard, server: createServer(guard) };
}

function expressed(options) {
  const guard = guardExpress(options);
  const app = express();
  app.use((request, _, next) => {
    // What some applications do before anything else: a cookie's credential in place of a header.
    if (request.headers["x-cookie"]) request.headers.authorization = request.headers["x-cookie"];
    next();
  });
  app.use("/app", guard);
  app.use((request, response) => respond(request, response, expressSession(request), request.path));
  return { guard, server: createServer(app) };
}

async function bodyOf(context) {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of context.req.raw.body) {
    hash.update(chunk);
    size += chunk.length;
  }
  return context.json({ size, hash: hash.digest("hex") });
}

function hono(options) {
  const guard = guardHono(options);
  const app = new Hono();
  app.use(guard);
  app.post("*", bodyOf);
  app.get("/app/cases/slow", () => {
    const encoder = new TextEncoder();
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(encoder.encode("first "));
        await held();
        controller.enqueue(encoder.encode("last"));
        controller.close();
      },
    });
    return new Response(body, { status: 206 });
  });
  app.all("*", (context) =>
    context.json({ method: context.req.method, headers: context.req.header(), session: honoSession(context)?.id ?? null }));
  return { guard, server: serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }) };
}

const kinds = { node, express: expressed, hono };
export const names = Object.keys(kinds);

/** Starts one of them. */
export async function start(name, options, { upgrades = false } = {}) {
  const { guard, server } = kinds[name](options);
  if (upgrades) server.on("upgrade", guard.upgrade(accept));
  if (!server.listening) {
    if (name !== "hono") server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  const { port } = server.address();
  const stop = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { guard, port, url: `http://127.0.0.1:${port}`, stop };
}
