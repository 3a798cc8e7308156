// The farm administration's API, behind the edge: it listens on loopback, and answers the edge alone.
import { timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { hectares, newFarm, readOutline } from "./farm.mjs";

/** @typedef {{ id: string, staff: boolean, actorId: string | null, scopes: ReadonlySet<string> | null }} Caller */

const bodyLimit = 64 * 1024;

class Refusal extends Error {
  constructor(status, error, message) {
    super(message);
    this.status = status;
    this.error = error;
  }
}

/**
 * @param {{ hallpassd: string, edgeSecret: string }} options where hallpassd is reached, and what
 *   only the edge knows: without it, anybody on this machine could send `Hallpass-*` headers
 */
export function createApp({ hallpassd, edgeSecret }) {
  const farm = newFarm();
  const secret = Buffer.from(edgeSecret);

  return createServer((request, response) => {
    answer(request)
      .then((body) => send(response, 200, body))
      .catch((problem) => {
        if (problem instanceof Refusal) {
          send(response, problem.status, { error: problem.error, message: problem.message }, "application/problem+json");
          return;
        }
        console.error(problem);
        const message = "Something went wrong on our side.";
        send(response, 500, { error: "INTERNAL_ERROR", message }, "application/problem+json");
      });
  });

  async function answer(request) {
    if (!fromEdge(request)) throw new Refusal(403, "FORBIDDEN", "This address answers the edge alone.");
    const { pathname, id } = addressOf(request);
    const caller = await callerOf(request);
    const route = `${request.method} ${pathname.replace(/^\/app\/(tickets|parcels)\/[^/]+/, "/app/$1/:id")}`;
    switch (route) {
      case "GET /app/account": return account(caller);
      case "GET /app/tickets": return need(caller, "tickets:read"), { items: tickets(caller).map(summary) };
      case "GET /app/tickets/:id": return need(caller, "tickets:read"), ticket(caller, id);
      case "GET /app/parcels": return need(caller, "parcels:read"), plan(caller);
      case "GET /app/parcels/:id": return need(caller, "parcels:read"), parcelView(parcel(caller, id));
      case "PUT /app/parcels/:id/outline": {
        need(caller, "parcels:write");
        return redraw(parcel(caller, id), await readJson(request));
      }
      default: throw new Refusal(404, "NOT_FOUND", "There is nothing at this address.");
    }
  }

  function fromEdge(request) {
    const given = Buffer.from(String(request.headers["demo-edge-secret"] ?? ""));
    return given.length === secret.length && timingSafeEqual(given, secret);
  }

  /** @returns {Promise<Caller>} the subject of an act-as request, or whoever the cookie belongs to */
  async function callerOf(request) {
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

  function account(caller) {
    const person = farm.people.get(caller.id);
    return {
      id: caller.id,
      name: person?.name ?? null,
      farm: farm.tenants.get(person?.tenantId)?.name ?? null,
      actorId: caller.actorId,
      scopes: caller.scopes === null ? null : [...caller.scopes],
    };
  }

  function tickets(caller) {
    return [...farm.tickets.values()].filter((each) => caller.staff || each.customerId === caller.id);
  }

  function summary({ messages, ...rest }) {
    return { ...rest, customer: farm.people.get(rest.customerId), farm: farm.tenants.get(rest.tenantId).name };
  }

  function ticket(caller, id) {
    const found = tickets(caller).find((each) => each.id === id);
    if (found === undefined) throw new Refusal(404, "NOT_FOUND", "There is no such ticket.");
    return { ...summary(found), messages: found.messages };
  }

  function tenantOf(caller) {
    const tenantId = farm.people.get(caller.id)?.tenantId;
    if (tenantId === undefined) throw new Refusal(403, "FORBIDDEN", "Staff have no farm of their own.");
    return farm.tenants.get(tenantId);
  }

  function plan(caller) {
    const tenant = tenantOf(caller);
    const items = [...farm.parcels.values()].filter((each) => each.tenantId === tenant.id).map(parcelView);
    return { farm: tenant, items };
  }

  function parcel(caller, id) {
    const found = farm.parcels.get(id);
    if (found?.tenantId !== tenantOf(caller).id) throw new Refusal(404, "NOT_FOUND", "There is no such parcel.");
    return found;
  }

  function parcelView({ id, name, crop, outline }) {
    return { id, name, crop, outline, hectares: Math.round(hectares(outline) * 100) / 100 };
  }

  function redraw(found, body) {
    const outline = readOutline(body?.outline);
    if (outline === null) {
      throw new Refusal(400, "VALIDATION_ERROR", "An outline has 3 to 200 corners in whole metres, east and north.");
    }
    found.outline = outline;
    return parcelView(found);
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
