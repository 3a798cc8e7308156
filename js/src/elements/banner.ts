import { html, nothing, type TemplateResult } from "lit";
import { actingClient, actingSession, finishActing, stopActing, updateActing } from "../client/acting.js";
import type { HallpassClient } from "../client/hallpass-client.js";
import type { LiveEvent, Session } from "../client/wire.js";
import { clockLabel, countdownDuration, countdownLabel } from "../i18n/format.js";
import { withinSentence } from "../i18n/names.js";
import { bannerStyle } from "./banner.style.js";
import type { Stopped } from "./events.js";
import { HallpassElement } from "./hallpass-element.js";
import { type Timed, ticker } from "./ticker.js";

/** When a screen reader hears how long is left, in seconds; never more often. */
const announcedAt = [300, 60] as const;

/**
 * Shows, at the top of every page, that this tab acts as somebody else, and for how long yet.
 * Put it first in `<body>`. It is there while the tab acts and goes the moment that ends, for
 * whatever reason; nobody can dismiss it. It sets `--hallpass-banner-height` on the document.
 *
 * @tag hallpass-banner
 * @fires {CustomEvent<Stopped>} hallpass-stopped - [Stop] was pressed; `detail.confirmed` tells whether the server knows
 * @csspart bar - the bar at the top of the page
 * @csspart who - whose account it is
 * @csspart time - how long is left
 * @cssprop --hallpass-banner-background - the bar's colour
 * @cssprop --hallpass-banner-text - the colour of its text
 * @cssprop --hallpass-banner-layer - its z-index
 */
export class HallpassBanner extends HallpassElement implements Timed {
  static override styles = [...HallpassElement.styles, bannerStyle];

  static override properties = {
    ...HallpassElement.properties,
    viewingAs: { attribute: "viewing-as" },
    session: { state: true },
    left: { state: true },
    said: { state: true },
  };

  /** For tenants within tenants, "Agency A → Subaccount A2", in place of the user's name. */
  declare viewingAs: string | undefined;
  declare private session: Session | null;
  /** Whole seconds left; null until the core is there. */
  declare private left: number | null;
  declare private said: string;
  #syncing = false;
  #hiddenSince: number | null = null;

  constructor() {
    super();
    this.session = null;
    this.left = null;
    this.said = "";
  }

  /** The tab's own client, with the act-as token: the agent's login plays no part here. */
  protected override get api(): HallpassClient {
    return actingClient(this.baseUrl);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("hallpass:session", this.#follow);
    document.addEventListener("visibilitychange", this.#onVisibility);
    document.addEventListener("resume", this.#recheck);
    addEventListener("pageshow", this.#onPageShow);
    this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("hallpass:session", this.#follow);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    document.removeEventListener("resume", this.#recheck);
    removeEventListener("pageshow", this.#onPageShow);
    this.#rest();
  }

  readonly #follow = (): void => {
    const session = actingSession();
    const before = this.session;
    this.session = session;
    if (session === null) {
      this.#rest();
      if (before !== null) this.said = this.words.banner.ended;
    } else if (before?.id !== session.id) {
      this.said = "";
      this.left = null;
      this.toggleAttribute("acting", true);
      ticker.add(this);
      this.listen({ event: (event) => this.#onEvent(event) });
    } else {
      // The same session under a new token, or with another end.
      if (this.api.live.state === "refused") this.api.live.recheck();
      ticker.poke();
    }
  };

  #rest(): void {
    ticker.remove(this);
    this.unlisten();
    this.toggleAttribute("acting", false);
    document.documentElement.style.removeProperty("--hallpass-banner-height");
  }

  #onEvent({ session }: LiveEvent): void {
    if (session === undefined || session.id !== this.session?.id) return;
    if (session.status !== "active") {
      finishActing(session.status);
      return;
    }
    updateActing(session); // an amended grant may have shortened it
    this.session = session;
    ticker.poke();
  }

  readonly #onVisibility = (): void => {
    if (document.hidden) {
      this.#hiddenSince = performance.now();
    } else if (this.#hiddenSince !== null) {
      // A moment on another tab needs no new connection; a sleep shows as clocks that came apart.
      if (performance.now() - this.#hiddenSince > 5_000 || this.api.clock.diverged) this.#recheck();
      this.#hiddenSince = null;
    }
  };

  readonly #onPageShow = (event: PageTransitionEvent): void => {
    if (!event.persisted) return; // a page from the back-forward cache may be long out of date
    this.#follow();
    this.#recheck();
  };

  readonly #recheck = (): void => {
    if (this.session !== null) this.api.live.recheck();
  };

  tick(): { now: number; nextWake: number | null } {
    const { clock } = this.api;
    const now = clock.now();
    const session = this.session;
    if (session === null) return { now, nextWake: null };
    if (clock.diverged) this.#sync();
    const expiresAt = Date.parse(session.expiresAt);
    if (now >= expiresAt) {
      // While the device's clocks disagree, the server is asked first: it answers at once.
      if (!this.#syncing) finishActing("expired");
      return { now, nextWake: now + 100 };
    }
    if (this.core === null) return { now, nextWake: Math.min(expiresAt, now + 1_000) };
    const remaining = this.core.remaining(expiresAt, now, 1);
    if (!remaining.ok) return { now, nextWake: expiresAt };
    if (this.left !== null) this.#sayIfDue(this.left, remaining.seconds);
    this.left = remaining.seconds;
    return { now, nextWake: remaining.nextWake };
  }

  #sync(): void {
    if (this.#syncing) return;
    this.#syncing = true;
    void this.api
      .syncClock()
      .catch(() => this.api.clock.set(this.api.clock.now())) // offline: the later of both clocks counts
      .finally(() => {
        this.#syncing = false;
        ticker.poke();
      });
  }

  #sayIfDue(before: number, left: number): void {
    for (const at of announcedAt) {
      if (before > at && left <= at) this.said = this.words.banner.minutesLeft(at / 60);
    }
  }

  async #stop(): Promise<void> {
    const { session } = this;
    const confirmed = await this.act("stop", stopActing);
    if (session !== null && confirmed !== undefined) this.announce<Stopped>("hallpass-stopped", { session, confirmed });
  }

  protected override updated(): void {
    const bar = this.renderRoot.querySelector<HTMLElement>(".bar");
    if (bar === null) return;
    const { style } = document.documentElement;
    const height = `${bar.offsetHeight}px`;
    if (style.getPropertyValue("--hallpass-banner-height") !== height) {
      style.setProperty("--hallpass-banner-height", height);
    }
  }

  protected override render(): TemplateResult {
    return html`${this.session === null ? nothing : this.#renderBar(this.session)}
      <p class="sr" role="status">${this.said}</p>`;
  }

  #renderBar(session: Session): TemplateResult {
    const { banner } = this.words;
    const { locale } = this.language;
    const name = withinSentence(session.targetUserName ?? session.targetUserId);
    const email = session.targetUserEmail;
    const who = email === undefined ? name : `${name} (${withinSentence(email)})`;
    const expiresAt = Date.parse(session.expiresAt);
    const time =
      this.left === null
        ? banner.endsAt(clockLabel(expiresAt, this.viewerZone, locale))
        : banner.endsIn(countdownLabel(this.left, locale));
    return html`<section class="bar" part="bar" aria-label=${banner.label}>
      <span class="sign" aria-hidden="true"></span>
      <p class="who" part="who">
        <strong>${this.viewingAs ? banner.viewingAs(withinSentence(this.viewingAs)) : banner.impersonating(who)}</strong>
      </p>
      <p class="time" part="time">
        ${this.connection === "reconnecting" ? html`<span class="lost">${banner.reconnecting}</span>` : nothing}
        <time role="timer" aria-live="off" datetime=${this.left === null ? session.expiresAt : countdownDuration(this.left)}
          >${time}</time
        >
      </p>
      ${this.button({ name: "stop", label: banner.stop, click: () => void this.#stop() })}
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "hallpass-banner": HallpassBanner;
  }
}
