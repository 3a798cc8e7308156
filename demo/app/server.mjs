// The farm administration's API, behind the edge: it listens on loopback, and answers the edge alone.
import { timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { Refusal } from "./refusal.mjs";
import { Views } from "./views.mjs";

/** @typedef {{ id: string, staff: boolean, actorId: string | null, scopes: ReadonlySet<string> | null }} Caller */

const bodyLimit = 64 * 1024;

/**
 * @param {{ hallpassd: string, edgeSecret: string }} options where hallpassd is reached, and what
 *   only the edge knows: without it, anybody on this machine could send `Hallpass-*` headers
 */
export function createApp({ hallpassd, edgeSecret }) {
  const views = new Views();
  const secret = Buffer.from(edgeSecret);

  return createServer((request, response) => {
    answer(request)
      .then((body) => send(response, 200, body))
      .catch((problem) => {
        const known = problem instanceof Refusal;
        if (!known) console.error(problem);
        const { status, error, message } = known ? problem : new Refusal(500, "INTERNAL_ERROR", "Something went wrong on our side.");
        send(response, status, { error, message }, "application/problem+json");
      });
  });

  async function answer(request) {
    if (!fromEdge(request, secret)) throw new Refusal(403, "FORBIDDEN", "This address answers the edge alone.");
    const { pathname, id } = addressOf(request);
    const caller = await callerOf(request, hallpassd);
    const route = `${request.method} ${pathname.replace(/^\/app\/(tickets|parcels)\/[^/]+/, "/app/$1/:id")}`;
    switch (route) {
      case "GET /app/account": return views.account(caller);
      case "GET /app/tickets": return need(caller, "tickets:read"), views.tickets(caller);
      case "GET /app/tickets/:id": return need(caller, "tickets:read"), views.ticket(caller, id);
      case "GET /app/parcels": return need(caller, "parcels:read"), views.plan(caller);
      case "GET /app/parcels/:id": return need(caller, "parcels:read"), views.parcel(caller, id);
      case "PUT /app/parcels/:id/outline": {
        need(caller, "parcels:write");
        views.parcel(caller, id); // theirs, or the body is not read
        return views.redraw(caller, id, await readJson(request));
      }
      default: throw new Refusal(404, "NOT_FOUND", "There is nothing at this address.");
    }
  }
}

function fromEdge(request, secret) {
  const given = Buffer.from(String(request.headers["demo-edge-secret"] ?? ""));
  return given.length === secret.length && timingSafeEqual(given, secret);
}

/** @returns {Promise<Caller>} the subject of an act-as request, or whoever the cookie belongs to */
async function callerOf(request, hallpassd) {
  const subject = request.headers["hallpass-subject"];
  if (subject !== undefined) {
    const scopes = new Set(String(request.headers["hallpass-scopes"] ?? "").split(" ").filter(Boolean));
    return { id: String(subject), staff: false, actorId: String(request.headers["hallpass-actor"]), scopes };
  }
  const asked = await fetch(`${hallpassd}/api/v1/me`, { headers: { cookie: request.headers.cookie ?? "" } });
  if (!asked.ok) throw new Refusal(401, "UNAUTHORIZED", "Sign in first.");
  const me = await asked.json();
  return { id: me.id, staff: me.permissions.includes("helpdesk:view-inbox"), actorId: null, scopes: null };
}

/** Someone who acts for a user may do what the token says; the user may do all of it. */
function need(caller, scope) {
  if (caller.scopes !== null && !caller.scopes.has(scope)) {
    throw new Refusal(403, "INSUFFICIENT_SCOPE", `The user has not allowed ${scope}.`);
  }
}

/** The path, and the id in it, decoded. */
function addressOf(request) {
  try {
    const { pathname } = new URL(request.url, "http://app");
    return { pathname, id: decodeURIComponent(pathname.split("/")[3] ?? "") };
  } catch {
    throw new Refusal(400, "VALIDATION_ERROR", "The address is malformed.");
  }
}

async function readJson(request) {
  const pieces = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > bodyLimit) throw new Refusal(413, "PAYLOAD_TOO_LARGE", "That is more than this address takes.");
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    throw new Refusal(400, "VALIDATION_ERROR", "The body is not JSON.");
  }
}

function send(response, status, body, type = "application/json") {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" });
  response.end(JSON.stringify(body));
}
