import { html, nothing, type TemplateResult } from "lit";
import type { LiveEvent, Session } from "../client/wire.js";
import { clockLabel, countdownDuration, countdownLabel } from "../i18n/format.js";
import type { Messages } from "../i18n/messages.js";
import { screenWords } from "../i18n/screens.js";
import { withinSentence } from "../i18n/names.js";
import { mergeById } from "./hallpass-element.js";
import { LiveElement } from "./live-element.js";
import { sessionsStyle } from "./sessions.style.js";
import { ticker } from "./ticker.js";

/**
 * The sessions that run now, as far as the viewer may see them, with the time left and a button
 * to end each: an admin sees all, an agent their own, a user those about themself.
 *
 * @tag hallpass-sessions
 * @csspart card - the whole list
 * @csspart session - one session
 */
export class HallpassSessions extends LiveElement {
  static override styles = [...LiveElement.styles, sessionsStyle];

  static override properties = {
    ...LiveElement.properties,
    sessions: { state: true },
  };

  declare private sessions: readonly Session[];

  constructor() {
    super();
    this.sessions = [];
  }

  protected override get words(): Messages {
    return screenWords(this.language);
  }

  protected override onEvent({ session }: LiveEvent): void {
    if (session === undefined) return;
    this.sessions =
      session.status === "active"
        ? mergeById(this.sessions, session)
        : this.sessions.filter(({ id }) => id !== session.id);
    ticker.poke();
  }

  tick(): { now: number; nextWake: number | null } {
    const now = this.api.clock.now();
    this.sessions = this.sessions.filter(({ expiresAt }) => Date.parse(expiresAt) > now);
    this.requestUpdate();
    const wakes = this.sessions.map(({ expiresAt }) => this.#left(expiresAt, now).nextWake ?? now + 1_000);
    return { now, nextWake: wakes.length === 0 ? null : Math.min(...wakes) };
  }

  protected async read(): Promise<void> {
    this.sessions = (await this.api.sessions.active({ limit: 200 })).items;
    ticker.poke();
  }

  #left(expiresAt: string, now: number): { seconds: number; nextWake: number | null } {
    const left = this.core?.remaining(Date.parse(expiresAt), now, 1);
    return left?.ok === true ? left : { seconds: 0, nextWake: null };
  }

  protected override render(): TemplateResult {
    const { sessions } = this.words;
    return html`<section class="card" part="card" aria-labelledby="title">
      <h2 id="title">${sessions.title}</h2>
      ${this.sessions.length > 0
        ? html`<ul>${this.sessions.map((session) => this.#renderSession(session))}</ul>`
        : this.emptyNotice(sessions.none)}
      ${this.problemNotice()} ${this.connectionNotice()}
    </section>`;
  }

  #renderSession(session: Session): TemplateResult {
    const { sessions } = this.words;
    const { locale } = this.language;
    const { seconds } = this.#left(session.expiresAt, this.api.clock.now());
    const actor = withinSentence(session.actorName ?? session.actorAdminUserId);
    const target = withinSentence(session.targetUserName ?? session.targetUserId);
    const row = (name: string, value: unknown): TemplateResult => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
    return html`<li part="session">
      <div class="line">
        <strong>${sessions.actingAs(actor, target)}</strong>
        ${this.core === null
          ? nothing
          : html`<time class="left" datetime=${countdownDuration(seconds)}
              >${sessions.timeLeft(countdownLabel(seconds, locale))}</time
            >`}
        ${this.button({
          name: `end-${session.id}`,
          kind: "danger",
          label: sessions.end,
          click: () => void this.#end(session),
        })}
      </div>
      <details>
        <summary>${sessions.details}</summary>
        <dl>
          ${row(sessions.reason, html`<bdi>${session.reason}</bdi>`)}
          ${session.ticketId == null ? nothing : row(sessions.ticket, html`<bdi>${session.ticketId}</bdi>`)}
          ${row(sessions.started, clockLabel(Date.parse(session.startedAt), this.viewerZone, locale))}
          ${session.limitedBy === undefined
            ? nothing
            : row(clockLabel(Date.parse(session.expiresAt), this.viewerZone, locale), sessions.limitedBy[session.limitedBy])}
        </dl>
      </details>
    </li>`;
  }

  async #end(session: Session): Promise<void> {
    const ended = await this.act(`end-${session.id}`, () => this.api.sessions.end(session.id));
    if (ended !== undefined) this.sessions = this.sessions.filter(({ id }) => id !== session.id);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-sessions": HallpassSessions;
  }
}
