// Compiled, not run (adapters.types.test.mjs): the adapters fit the real libraries' types.
import { createServer } from "node:http";
import express from "express";
import { Hono } from "hono";
import { createGuard as guardExpress, sessionOf as expressSession } from "hallpass/express";
import { createGuard as guardHono, sessionOf as honoSession } from "hallpass/hono";
import { createGuard as guardNode, type GuardOptions, scopesByRoute } from "hallpass/node";

const options: GuardOptions = {
  issuer: "https://api.example.com",
  audience: "my-app",
  keys: { keys: [] },
  requiredScopes: scopesByRoute([{ path: "/cases/*", scopes: ["cases:read"] }]),
  report: { url: "https://api.example.com" },
};

const guard = guardExpress(options);
const app = express().use(guard).use("/below", guard);
app.get("/", (request, response) => response.json({ subject: expressSession(request)?.subject ?? null }));
app.listen(0).on("upgrade", guard.upgrade((request, socket, head, session) => socket.end(`${request.url} ${head.length} ${session?.id}`)));

type Env = { Bindings: { readonly NAME: string }; Variables: { readonly user: string } };
const hono = new Hono<Env>().use(guardHono(options)).use("/below/*", guardHono(options));
hono.get("/", (context) => context.json({ name: context.env.NAME, scopes: honoSession(context)?.scopes ?? [] }));

const listener = guardNode(options, (request, response, session) => {
  response.end(`${request.url} ${session?.actor ?? ""}`);
});
createServer(listener).on("upgrade", listener.upgrade((_request, socket) => socket.destroy()));
const left: Promise<number> = listener.flush();
void left;

// @ts-expect-error: a guard needs its issuer
guardNode({ audience: "my-app", keys: { keys: [] } }, () => {});
