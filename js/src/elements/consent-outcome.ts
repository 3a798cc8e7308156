import { html, nothing, type TemplateResult } from "lit";
import type { Grant, GrantStatus, Session } from "../client/wire.js";
import type { ScreenCore } from "./screen-core.js";
import { clockLabel, dayLabel, momentLabel } from "../i18n/format.js";
import type { Language } from "../i18n/language.js";
import type { EssentialMessages } from "../i18n/messages.js";
import { withinSentence } from "../i18n/names.js";

/** What the user is told about a grant that is not, or no longer, in force. */
function overSentence(grant: Grant, status: GrantStatus, { prompt }: EssentialMessages): string {
  const agent = withinSentence(grant.agentName ?? prompt.anyAgent);
  const answered = grant.grantedAt !== undefined;
  if (status === "declined") return prompt.declined(agent);
  if (status === "expired") return answered ? prompt.expired(agent) : prompt.unanswered(agent);
  if (grant.revokedBy === "agent") return answered ? prompt.handedBack(agent) : prompt.withdrawnRequest(agent);
  return grant.revokedBy === "system" ? prompt.stoppedBySystem(agent) : prompt.revoked(agent);
}

/** The end of a grant, said once; it takes the focus that the pressed button had. */
export function overNotice(grant: Grant, status: GrantStatus, words: EssentialMessages): TemplateResult {
  return html`<p id="title" tabindex="-1" class="outcome" role="status">${overSentence(grant, status, words)}</p>`;
}

/** Access in force: to whom, until when, whether it is being used, and what can be done about it. */
export function givenNotice(
  given: {
    readonly grant: Grant;
    readonly now: number;
    readonly timeZone: string;
    readonly core: ScreenCore | null;
    readonly language: Language;
    readonly session: Session | null;
    /** An end that is near, of the consent or of the visit. */
    readonly ending: number | null;
  },
  /** To change the access, and to end it. */
  deeds: unknown,
): TemplateResult {
  const { grant, now, timeZone, core, session, ending } = given;
  const { messages, locale } = given.language;
  const { prompt, common } = messages;
  const agent = withinSentence(grant.agentName ?? prompt.anyAgent);
  const until = Date.parse(grant.grantedUntil ?? "");
  const day = core?.lastDay(until, timeZone) ?? "";
  const through = day === "" ? "" : common.through(dayLabel(day, now, locale));
  return html`<div class="given">
      <div>
        <p id="title" tabindex="-1" class="outcome" role="status">${prompt.granted(agent, through)}</p>
        <p class="muted small">${prompt.exactEnd(momentLabel(until, timeZone, locale))}</p>
      </div>
      <div class="actions">${deeds}</div>
    </div>
    <div role="status" class="when-full">
      ${ending === null || ending <= now
        ? nothing
        : html`<p class="notice wait" part="ending">
            <span class="dot" aria-hidden="true"></span>${prompt.endsSoon(clockLabel(ending, timeZone, locale), ending === until)}
          </p>`}
      ${session === null
        ? nothing
        : html`<p class="notice wait">
            <span class="dot live" aria-hidden="true"></span>${prompt.inUse(withinSentence(session.actorName ?? agent))}
          </p>`}
    </div>`;
}

/** What the user should see first: an unanswered request, then access in force, then the newest. */
export function mostPressing(grants: readonly Grant[]): Grant | undefined {
  const rank = { pending: 2, granted: 1, declined: 0, revoked: 0, expired: 0 } as const;
  return [...grants].sort(
    (a, b) => rank[b.status] - rank[a.status] || Date.parse(b.createdAt) - Date.parse(a.createdAt),
  )[0];
}
