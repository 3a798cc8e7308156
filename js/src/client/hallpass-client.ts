import type { ServerClock } from "./clock.js";
import { LiveFeed } from "./live.js";
import { ReceiptCalls } from "./receipt-calls.js";
import { ReportCalls } from "./report-calls.js";
import { UserCalls } from "./user-calls.js";
import { Transport, type TransportOptions } from "./transport.js";
import type {
  AccessRequest,
  Consent,
  Grant,
  GrantStatus,
  HandedOverSession,
  Me,
  Notification,
  Page,
  RecordEntry,
  Session,
  SessionAction,
  SessionStart,
  ShownWording,
  StartedSession,
} from "./wire.js";

export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

export interface GrantQuery extends PageQuery {
  readonly ticketId?: string;
  readonly subjectId?: string;
  readonly status?: GrantStatus;
}

const api = "/api/v1";
const support = `${api}/support-access`;
const segment = encodeURIComponent;

/**
 * Typed calls to hallpassd (docs/protocol.md). Every call rejects with a `HallpassProblem`.
 * @example
 *   const client = new HallpassClient();
 *   const { items } = await client.grants.list({ ticketId: "T-1" });
 */
export class HallpassClient {
  readonly transport: Transport;
  readonly grants: GrantCalls;
  readonly sessions: SessionCalls;
  readonly users: UserCalls;
  readonly reports: ReportCalls;
  readonly receipts: ReceiptCalls;
  readonly live: LiveFeed;
  #me: Promise<Me> | null = null;

  constructor(options: TransportOptions = {}) {
    this.transport = new Transport(options);
    this.grants = new GrantCalls(this.transport);
    this.sessions = new SessionCalls(this.transport);
    this.users = new UserCalls(this.transport);
    this.reports = new ReportCalls(this.transport);
    this.receipts = new ReceiptCalls(this.transport);
    this.live = new LiveFeed(this.transport);
  }

  /** The server's time, kept right by every answer. */
  get clock(): ServerClock {
    return this.transport.clock;
  }

  /** Who is signed in; asked once, then remembered until `forgetMe`. */
  me(): Promise<Me> {
    if (this.#me === null) {
      const asked = this.transport.get<Me>(`${api}/me`);
      this.#me = asked;
      asked.catch(() => {
        if (this.#me === asked) this.#me = null; // a failure is not worth remembering
      });
    }
    return this.#me;
  }

  forgetMe(): void {
    this.#me = null;
  }

  /** Gives a session cookie for the bearer that this client was made with. */
  signIn(): Promise<void> {
    // The browser keeps the cookie of the answer only where the call may carry one.
    return this.transport.post(`${api}/session`, {}, { credentials: "same-origin" });
  }

  async signOut(): Promise<void> {
    await this.transport.delete(`${api}/session`);
    this.forgetMe();
  }

  myRequests(query: PageQuery = {}): Promise<Page<Grant>> {
    return this.transport.get(`${api}/me/requests`, { ...query });
  }

  myGrants(query: PageQuery = {}): Promise<Page<Grant>> {
    return this.transport.get(`${api}/me/grants`, { ...query });
  }

  mySessions(query: PageQuery = {}): Promise<Page<Session>> {
    return this.transport.get(`${api}/me/sessions`, { ...query });
  }

  mySessionLog(id: string, query: PageQuery = {}): Promise<Page<RecordEntry>> {
    return this.transport.get(`${api}/me/sessions/${segment(id)}/audit-logs`, { ...query });
  }

  /** Newest first. */
  notifications(query: PageQuery & { readonly unread?: "true" } = {}): Promise<Page<Notification>> {
    return this.transport.get(`${api}/me/notifications`, { ...query });
  }

  /** Marks that notification, and all before it, as read. */
  markRead(through: string): Promise<void> {
    return this.transport.post(`${api}/me/notifications/read`, { through });
  }

  ticketActivity(id: string, query: PageQuery = {}): Promise<Page<RecordEntry>> {
    return this.transport.get(`${api}/tickets/${segment(id)}/activity`, { ...query });
  }

  /** Turns the one-time code of `uiSwitchUrl` into the act-as token; once, within 60 s. */
  exchange(code: string): Promise<HandedOverSession> {
    return this.transport.post(`${support}/exchange`, { code });
  }

  /** Asks the server for its time, whatever else it says. */
  async syncClock(timeoutMs = 2_000): Promise<void> {
    await this.transport.send("/.well-known/jwks.json", { method: "GET", signal: AbortSignal.timeout(timeoutMs) });
  }
}

export class GrantCalls {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  request({ tenantId, tenantClaim = "tenantId", ...rest }: AccessRequest): Promise<Grant> {
    return this.#transport.post(`${support}/grants`, { [tenantClaim]: tenantId, ...rest });
  }

  list(query: GrantQuery = {}): Promise<Page<Grant>> {
    return this.#transport.get(`${support}/grants`, { ...query });
  }

  get(id: string): Promise<Grant> {
    return this.#transport.get(`${support}/grants/${segment(id)}`);
  }

  grant(id: string, consent: Consent): Promise<Grant> {
    return this.#transition(id, "grant", consent);
  }

  decline(id: string): Promise<Grant> {
    return this.#transition(id, "decline", {});
  }

  withdraw(id: string): Promise<Grant> {
    return this.#transition(id, "withdraw", {});
  }

  /** @param told what the user read before, for their receipt */
  revoke(id: string, told: { readonly shown?: ShownWording } = {}): Promise<Grant> {
    return this.#transition(id, "revoke", told);
  }

  amend(id: string, change: Consent): Promise<Grant> {
    return this.#transition(id, "amend", change);
  }

  openStanding(tenantId: string, consent: Omit<Consent, "expectedUntil">): Promise<Grant> {
    return this.#transport.post(`${support}/grants/standing`, { tenantId, ...consent });
  }

  #transition(id: string, name: string, body: unknown): Promise<Grant> {
    return this.#transport.post(`${support}/grants/${segment(id)}/${name}`, body);
  }
}

export class SessionCalls {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  start({ tenantId, tenantClaim = "tenantId", ...rest }: SessionStart): Promise<StartedSession> {
    return this.#transport.post(`${support}/support-sessions`, { [tenantClaim]: tenantId, ...rest });
  }

  active(query: PageQuery = {}): Promise<Page<Session>> {
    return this.#transport.get(`${support}/support-sessions/active`, { ...query });
  }

  get(id: string): Promise<Session> {
    return this.#transport.get(`${support}/support-sessions/${segment(id)}`);
  }

  /** Ends a session; always succeeds, also where it is over already. */
  end(id: string, reason = "completed"): Promise<Session> {
    return this.#transport.post(`${support}/support-sessions/${segment(id)}/end`, { reason });
  }

  /** The current token of a live session, for its agent's own login: an amendment replaces it. */
  token(id: string): Promise<HandedOverSession> {
    return this.#transport.post(`${support}/support-sessions/${segment(id)}/token`, {});
  }

  log(id: string, query: PageQuery = {}): Promise<Page<RecordEntry>> {
    return this.#transport.get(`${support}/support-sessions/${segment(id)}/audit-logs`, { ...query });
  }

  report(id: string, events: readonly SessionAction[]): Promise<{ readonly accepted: number }> {
    return this.#transport.post(`${support}/support-sessions/${segment(id)}/audit-logs`, { events });
  }
}
