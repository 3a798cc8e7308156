import type { Session } from "../core/token.js";

/** Some servers read `_`, `.` or any other mark as `-`, so each such spelling belongs to the guard. */
const ownHeader = /^hallpass[\W_]/;
/** Those, ways to say another method or address than the one that was checked, and what else the guard looks at. */
const noteworthy = /^(hallpass[\W_]|x[\W_](http[\W_])?method[\W_]override$|x[\W_]http[\W_]method$|x[\W_](original|rewrite)[\W_]url$|connection$|upgrade$|sec-websocket-)/;

/** What the guard wants to know of a request's headers. */
export interface SeenHeaders {
  /** Whether another protocol is asked for, on which nobody could check anything any more. */
  readonly asksForUpgrade: boolean;
  /** What no application may get from outside, in lower case, while somebody acts. */
  readonly unwanted: string[];
}

/** Looks at each header once: in workerd every call that reaches into one costs as much as a check of a known token. */
export function seenHeaders(headers: Headers): SeenHeaders {
  let asksForUpgrade = false;
  const unwanted: string[] = [];
  for (const name of headers.keys()) {
    if (!noteworthy.test(name)) continue; // in lower case, as the standard has it
    // HTTP/2 has neither an upgrade nor a key for it (RFC 8441 section 5).
    if (name === "upgrade" || name.startsWith("sec-")) asksForUpgrade = true;
    // Naming a header in `Connection` asks the next proxy to take it away (RFC 9110 section 7.6.1).
    else if (name !== "connection" || /hallpass/i.test(headers.get(name) ?? "")) unwanted.push(name);
  }
  return { asksForUpgrade, unwanted };
}

/** The same object where there is nothing to take away. */
function without(request: Request, names: readonly string[]): Request {
  if (names.length === 0) return request;
  const headers = new Headers(request.headers);
  for (const name of names) headers.delete(name);
  return new Request(request, { headers });
}

/** The request without what only the guard may say. */
export function withoutOwnHeaders(request: Request, { unwanted }: SeenHeaders): Request {
  return without(request, unwanted.filter((name) => ownHeader.test(name)));
}

/** The request of somebody who acts, without anything that came from outside and is not heeded. */
export function cleaned(request: Request, { unwanted }: SeenHeaders): Request {
  return without(request, unwanted);
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
export function annotated(request: Request, { unwanted }: SeenHeaders, session: Session): Request {
  const copy = new Request(request);
  const { headers } = copy;
  for (const name of unwanted) headers.delete(name);
  for (const [name, value] of told.get(session) ?? headersOf(session)) headers.set(name, value);
  return copy;
}
