import { HallpassClient } from "./hallpass-client.js";
import { type HallpassProblem, isRecord, problemOf } from "./problem.js";
import type { HandedOverSession, Session } from "./wire.js";

/** Why acting ended: a session's status, or the token's error code. */
export type ActingEnd = "stopped" | "ended" | "revoked" | "expired" | "refused";

/** `detail` of the `hallpass:session` event on `document`. */
export type SessionChange =
  | { readonly acting: true; readonly session: Session }
  | { readonly acting: false; readonly session: Session; readonly end: ActingEnd };

declare global {
  interface DocumentEventMap {
    "hallpass:session": CustomEvent<SessionChange>;
  }
}

// INVARIANT: the token lives in this tab's sessionStorage only: never in a cookie, which other
// tabs would send, nor in localStorage, which they could read.
const storageKey = "hallpass.acting";

interface Stored extends HandedOverSession {
  /** How far the server was ahead of the device, so that a new page counts down right at once. */
  readonly offsetMs: number;
}

/** Nobody waits longer than this for [Stop]: the tab stops acting whatever the server says. */
const stopWithinMs = 4_000;

let cached: { readonly text: string; readonly value: Stored } | null = null;

function stored(): Stored | null {
  let text: string | null;
  try {
    text = sessionStorage.getItem(storageKey);
  } catch {
    return null; // storage is switched off: nobody can be acting
  }
  if (text === null) return null;
  if (cached?.text === text) return cached.value;
  try {
    const value: unknown = JSON.parse(text);
    if (!isStored(value)) return null;
    cached = { text, value };
    return value;
  } catch {
    return null;
  }
}

function isStored(value: unknown): value is Stored {
  if (!isRecord(value) || typeof value["token"] !== "string" || typeof value["offsetMs"] !== "number") return false;
  const session = value["session"];
  return isRecord(session) && typeof session["id"] === "string" && typeof session["expiresAt"] === "string";
}

/** Whether this tab acts as somebody else. Use it to mute analytics, "last seen" and read marks. */
export function isActingAs(): boolean {
  return stored() !== null;
}

/** The session that this tab acts under, or null. */
export function actingSession(): Session | null {
  return stored()?.session ?? null;
}

let client: HallpassClient | null = null;
let actingBaseUrl = "";

/** A client that calls with the act-as token of this tab; shared by all who ask. */
export function actingClient(baseUrl = ""): HallpassClient {
  if (client === null) {
    actingBaseUrl = baseUrl;
    client = new HallpassClient({ baseUrl, bearer: () => stored()?.token ?? null, timeoutMs: stopWithinMs });
    client.transport.onProblem((problem) => noteRefusal(problem));
    const known = stored();
    if (known !== null) client.clock.set(Date.now() + known.offsetMs);
  }
  return client;
}

/** Starts acting in this tab with what `exchange` gave. */
export function beginActing(handedOver: HandedOverSession, clockOffsetMs: number): void {
  const value: Stored = { token: handedOver.token, session: handedOver.session, offsetMs: clockOffsetMs };
  sessionStorage.setItem(storageKey, JSON.stringify(value));
  actingClient().clock.set(Date.now() + clockOffsetMs);
  announce({ acting: true, session: handedOver.session });
}

/** The session's newer state (for example shortened by an amended grant), if it is this tab's. */
export function updateActing(session: Session): void {
  const before = stored();
  if (before === null || before.session.id !== session.id) return;
  const value: Stored = { ...before, session, offsetMs: actingClient().clock.offset };
  sessionStorage.setItem(storageKey, JSON.stringify(value));
}

/** Forgets the token. Everything that shows the user's account must go: listen to the event. */
export function finishActing(end: ActingEnd): void {
  const before = stored();
  if (before === null) return;
  sessionStorage.removeItem(storageKey);
  cached = null;
  announce({ acting: false, session: before.session, end });
}

/**
 * Ends the session at the server and in this tab. The tab stops acting even where the server
 * cannot be reached; then the session ends by itself at its expiry, and the answer is false.
 */
export async function stopActing(): Promise<boolean> {
  const before = stored();
  if (before === null) return true;
  let confirmed = true;
  try {
    await actingClient().sessions.end(before.session.id);
  } catch (problem) {
    // A token that is refused belongs to a session that is over: that is what was asked for.
    confirmed = isRecord(problem) && problem["status"] === 401;
  }
  finishActing("stopped");
  return confirmed;
}

/**
 * `fetch` for the host application: with the act-as token while acting, and untouched otherwise.
 * A 401 for the token ends acting at once.
 */
export async function actingFetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
  const acting = stored();
  const url = new URL(input, location.href);
  // The token must not leave for another origin.
  if (acting === null || url.origin !== location.origin) return fetch(url, init);
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${acting.token}`);
  const response = await fetch(url, { ...init, headers, credentials: "omit" });
  if (response.status !== 401) return response;
  const problem = await problemOf(response);
  if (problem.code !== "TOKEN_REVOKED") {
    noteRefusal(problem);
    return response;
  }
  // An amended grant replaces the token: what was refused for the old one may be asked once more.
  if (!(await renewActing())) return response;
  headers.set("Authorization", `Bearer ${stored()?.token ?? ""}`);
  return fetch(url, { ...init, headers, credentials: "omit" });
}

function noteRefusal(problem: HallpassProblem): void {
  if (!problem.endsActing) return;
  if (problem.code === "TOKEN_REVOKED") void renewActing();
  else finishActing(problem.code === "TOKEN_EXPIRED" ? "expired" : "refused");
}

let renewing: Promise<boolean> | null = null;

/**
 * Takes up the token that replaced this tab's after the user amended the grant. The agent's own
 * login asks; where the session is over, or anything else is wrong, acting ends.
 * @returns whether this tab still acts
 */
export function renewActing(): Promise<boolean> {
  renewing ??= renewOnce().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function renewOnce(): Promise<boolean> {
  const before = stored();
  if (before === null) return false;
  try {
    const own = new HallpassClient({ baseUrl: actingBaseUrl, timeoutMs: 2_000 });
    const current = await own.sessions.token(before.session.id);
    // Meanwhile an event may have told the end.
    if (stored()?.session.id !== before.session.id) return false;
    if (current.session.status !== "active" || current.token === before.token) {
      finishActing("revoked");
      return false;
    }
    const value: Stored = { token: current.token, session: current.session, offsetMs: own.clock.offset };
    sessionStorage.setItem(storageKey, JSON.stringify(value));
    announce({ acting: true, session: current.session });
    return true;
  } catch {
    finishActing("revoked");
    return false;
  }
}

function announce(detail: SessionChange): void {
  document.dispatchEvent(new CustomEvent("hallpass:session", { detail, bubbles: true, composed: true }));
}
