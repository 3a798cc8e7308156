import type { Session } from "../core/token.js";

/** Some servers read `_` as `-`, so both spellings belong to the guard. */
const ownHeader = /^hallpass[-_]/;
/** Ways to say another method than the one that was checked. */
const methodOverrides = ["x-http-method-override", "x-http-method", "x-method-override"];

function ownNames(headers: Headers): string[] {
  return [...headers.keys()].filter((name) => ownHeader.test(name.toLowerCase()));
}

/** The request without what only the guard may say; the same object where there is nothing to take away. */
export function withoutOwnHeaders(request: Request): Request {
  const names = ownNames(request.headers);
  if (names.length === 0) return request;
  const headers = new Headers(request.headers);
  for (const name of names) headers.delete(name);
  return new Request(request, { headers });
}

/** Ids may be any text: what a header cannot carry, and what could split it, is percent-encoded. */
function headerText(text: string): string {
  return text.replace(/[^!-~]|[%,]/gu, (character) =>
    /[%,]/.test(character) ? `%${character.charCodeAt(0).toString(16).toUpperCase()}` : encodeURIComponent(character),
  );
}

/** The request as the application gets it: with who acts for whom, and nothing that came from outside. */
export function annotated(request: Request, session: Session): Request {
  const headers = new Headers(request.headers);
  for (const name of [...ownNames(request.headers), ...methodOverrides]) headers.delete(name);
  // Naming a header here asks the next proxy to take it away (RFC 9110 section 7.6.1).
  if (/hallpass/i.test(headers.get("Connection") ?? "")) headers.delete("Connection");
  headers.set("Hallpass-Subject", headerText(session.subject));
  headers.set("Hallpass-Actor", headerText(session.actor));
  headers.set("Hallpass-Session", headerText(session.id));
  if (session.tenant !== null) headers.set("Hallpass-Tenant", headerText(session.tenant));
  headers.set("Hallpass-Scopes", session.scopes.join(" "));
  return new Request(request, { headers });
}

/** Whether the request asks for another protocol, on which nobody could check anything any more. */
export function asksForUpgrade(request: Request): boolean {
  return request.headers.has("Upgrade") || request.headers.has("Sec-WebSocket-Key");
}
