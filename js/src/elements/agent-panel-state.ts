import { html, nothing, type TemplateResult } from "lit";
import type { Grant, GrantStatus, Me, Policy, Profile } from "../client/wire.js";
import type { Messages } from "../i18n/messages.js";
import type { ButtonOptions } from "./hallpass-element.js";

/** How the panel writes times, in the viewer's locale and zone. */
export interface PanelTimes {
  moment(instant: string): string;
  through(grant: Grant): string;
}

/** Where consent stands: none, waiting, given until when, or over and why. */
export function accessState(
  grant: Grant | undefined,
  status: GrantStatus | "none",
  { panel }: Messages,
  times: PanelTimes,
): TemplateResult {
  const notice = (kind: string, text: string, detail?: string): TemplateResult => html`<p class="notice ${kind}">
    <span class="dot" aria-hidden="true"></span>
    <span>${text}${detail === undefined ? nothing : html`<span class="detail">${detail}</span>`}</span>
  </p>`;
  if (grant === undefined || status === "none") return notice("", panel.noAccess);
  if (status === "pending") {
    const by = grant.pendingUntil;
    return notice("wait", panel.waiting, by === undefined ? undefined : panel.answerBy(times.moment(by)));
  }
  if (status === "granted") {
    return notice("good", panel.access(times.through(grant)), panel.exactEnd(times.moment(grant.grantedUntil ?? "")));
  }
  if (status === "declined") return notice("bad", panel.declined);
  if (status === "expired") return notice("", panel.expired);
  return notice("bad", grant.grantedAt === undefined && grant.revokedBy === "agent" ? panel.withdrawn : panel.revoked);
}

export interface AccessActions {
  readonly status: GrantStatus | "none";
  /** Standing access is every agent's: no single one can hand it back. */
  readonly standing: boolean;
  /** Whose session is open in this account. */
  readonly running: "none" | "mine" | "other";
  readonly words: Messages;
  button(options: ButtonOptions): TemplateResult;
  impersonate(): void;
  request(): void;
  end(): void;
  giveUp(): void;
}

/** The buttons that go with where consent stands. Without it, Impersonate is off and says why. */
export function accessActions(actions: AccessActions): TemplateResult {
  const { status, running, words } = actions;
  const { panel } = words;
  const granted = status === "granted";
  const button = (name: string, kind: ButtonOptions["kind"], label: string, click: () => void): TemplateResult =>
    actions.button({ name, kind: kind ?? "default", label, click });
  return html`
    ${running === "none"
      ? nothing
      : html`<p class="notice wait">
          <span class="dot" aria-hidden="true"></span>${running === "mine" ? panel.sessionRunning : panel.otherSession}
        </p>`}
    <div class="stack">
      ${actions.button({
        name: "impersonate",
        kind: "primary",
        label: panel.impersonate,
        disabled: !granted || running !== "none",
        ...(granted ? {} : { describedBy: "why-not" }),
        click: () => actions.impersonate(),
      })}
      ${granted ? nothing : html`<span class="tip" id="why-not" role="tooltip">${panel.needsConsent}</span>`}
      ${granted
        ? nothing
        : actions.button({
            name: "request",
            kind: status === "pending" ? "default" : "primary",
            label: status === "none" || status === "pending" ? panel.request : panel.requestAgain,
            disabled: status === "pending",
            click: () => actions.request(),
          })}
      ${running === "mine" ? button("end", "default", panel.endSession, () => actions.end()) : nothing}
      ${!actions.standing && (granted || status === "pending")
        ? button("give-up", "plain", granted ? panel.handBack : panel.withdrawRequest, () => actions.giveUp())
        : nothing}
    </div>
  `;
}

/** What is known about the tenant; staff who serve all tenants have no membership to tell more. */
export function tenantOf(
  me: Me | null,
  tenantId: string,
): { tenantId: string; tenantClaim: "tenantId" | "lawFirmId"; profile: Profile; policy: Policy | null } {
  const tenant = me?.tenants.find(({ id }) => id === tenantId);
  return {
    tenantId,
    tenantClaim: tenant?.tenantClaim ?? "tenantId",
    profile: tenant?.profile ?? "consent",
    policy: tenant?.policy ?? null,
  };
}
