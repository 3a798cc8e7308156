import type { Session } from "../core/token.js";

/** Some servers read `_` as `-`, so both spellings belong to the guard. */
const ownHeader = /^hallpass[-_]/;
/** Those, and ways to say another method than the one that was checked. */
const notFromOutside = /^(hallpass[-_]|x-(http-)?method-override$|x-http-method$)/;

function namesLike(pattern: RegExp, headers: Headers): string[] {
  return [...headers.keys()].filter((name) => pattern.test(name)); // in lower case, as the standard has it
}

/** The request without what only the guard may say; the same object where there is nothing to take away. */
export function withoutOwnHeaders(request: Request): Request {
  const names = namesLike(ownHeader, request.headers);
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

/** What each session's requests say, written once. */
const told = new WeakMap<Session, readonly (readonly [string, string])[]>();

function headersOf(session: Session): readonly (readonly [string, string])[] {
  const headers: [string, string][] = [
    ["Hallpass-Subject", headerText(session.subject)],
    ["Hallpass-Actor", headerText(session.actor)],
    ["Hallpass-Session", headerText(session.id)],
    ["Hallpass-Scopes", session.scopes.join(" ")],
  ];
  if (session.tenant !== null) headers.push(["Hallpass-Tenant", headerText(session.tenant)]);
  told.set(session, headers);
  return headers;
}

/** The request as the application gets it: with who acts for whom, and nothing that came from outside. */
export function annotated(request: Request, session: Session): Request {
  const copy = new Request(request);
  const { headers } = copy;
  for (const name of namesLike(notFromOutside, headers)) headers.delete(name);
  // Naming a header here asks the next proxy to take it away (RFC 9110 section 7.6.1).
  if (/hallpass/i.test(headers.get("Connection") ?? "")) headers.delete("Connection");
  for (const [name, value] of told.get(session) ?? headersOf(session)) headers.set(name, value);
  return copy;
}

/** Whether the request asks for another protocol, on which nobody could check anything any more. */
export function asksForUpgrade(request: Request): boolean {
  return request.headers.has("Upgrade") || request.headers.has("Sec-WebSocket-Key");
}
