import { html, nothing, render, type TemplateResult } from "lit";
import { actingSession, HallpassClient, HallpassProblem, type Me, type Session } from "hallpass/client";
import "hallpass/elements";
import { AppProblem } from "./api.js";
import { language, setLanguage, words } from "./words.js";

export const hallpass = new HallpassClient();

/** Whose pages these are: the user whom this tab acts as, or whoever is signed in. */
export interface Viewer {
  readonly name: string;
  readonly role: string;
  readonly staff: boolean;
  readonly acting: Session | null;
  /** Null while acting: the agent's own login plays no part then. */
  readonly me: Me | null;
}

export async function viewer(): Promise<Viewer> {
  const acting = actingSession();
  if (acting !== null) {
    return { name: acting.targetUserName ?? acting.targetUserId, role: "user", staff: false, acting, me: null };
  }
  const me = await hallpass.me();
  const role = me.roles.find((each) => each !== "user") ?? "user";
  return { name: me.name, role, staff: role !== "user", acting: null, me };
}

function place(): HTMLElement {
  const found = document.getElementById("page");
  if (found === null) throw new Error("The page has no place for its content.");
  return found;
}

function link(href: string, label: string): TemplateResult {
  const here = location.pathname === href || location.pathname.startsWith(`${href}/`);
  return html`<a href=${href} aria-current=${here ? "page" : nothing}>${label}</a>`;
}

function top(who: Viewer): TemplateResult {
  return html`<a class="skip" href="#main">${words.skip}</a>
    <header class="top"><div>
      <a class="brand" href="/tickets"><img src="/assets/icon.svg" alt="" />Veldboek</a>
      <nav aria-label="Veldboek">
        ${who.staff ? nothing : link("/parcels", words.parcels)} ${link("/tickets", words.tickets)}
        ${who.staff || who.acting !== null ? nothing : link("/access", words.access)}
        ${who.staff ? html`${link("/sessions", words.sessions)} ${link("/users", words.users)}` : nothing}
        ${who.me?.permissions.includes("support:access:end") ? link("/reports", words.reports) : nothing}
      </nav>
      <div class="who">
        <span><strong>${who.name}</strong> <span class="muted">${words.roles[who.role] ?? who.role}</span></span>
        <select aria-label=${words.language} @change=${(event: Event) => setLanguage((event.target as HTMLSelectElement).value)}>
          <option value="en" ?selected=${language() === "en"}>English</option>
          <option value="nl" ?selected=${language() === "nl"}>Nederlands</option>
        </select>
        ${who.acting === null
          ? html`<button class="link" @click=${() => void leave()}>${words.signOut}</button>`
          : nothing}
      </div>
    </div></header>`;
}

async function leave(): Promise<void> {
  await hallpass.signOut();
  location.assign("/");
}

export function show(who: Viewer, content: TemplateResult): void {
  render(html`${top(who)}<main id="main">${content}</main>`, place());
}

/** A page without the frame: sign-in, and what is shown between two accounts. */
export function showAlone(content: TemplateResult): void {
  render(html`<main class="sign-in">${content}</main>`, place());
}

/** Where a session's end leads: the ticket it was about. */
export function ticketPath(session: Session): string {
  return session.ticketId == null ? "/tickets" : `/tickets/${encodeURIComponent(session.ticketId)}`;
}

document.addEventListener("hallpass:session", ({ detail }) => {
  if (detail.acting) return;
  if (detail.end === "stopped") {
    location.assign(ticketPath(detail.session));
    return;
  }
  // What belongs to the customer must not stay on the screen.
  showAlone(html`<div class="card outline" role="alert">
    <h1>${words.ended[detail.end]}</h1>
    <p class="muted">${words.endedMore}</p>
    <p><a class="button primary" href=${ticketPath(detail.session)}>${words.backToTicket}</a></p>
  </div>`);
});

/** Runs a page; without a login it leads to the sign-in page, and failures are said. */
export async function page(draw: (who: Viewer) => Promise<void>): Promise<void> {
  try {
    await draw(await viewer());
  } catch (problem) {
    const status = problem instanceof HallpassProblem || problem instanceof AppProblem ? problem.status : 0;
    if (status === 401) {
      // While acting, the end of the session has said so already.
      if (actingSession() === null && !document.querySelector("[role=alert]")) location.replace("/");
      return;
    }
    console.error(problem);
    showAlone(html`<p class="notice" role="alert">${status === 403 ? words.notAllowed : words.failed}</p>
      <p class="row">
        <button class="button" @click=${() => location.reload()}>${words.retry}</button>
        <a href="/tickets">${words.backToTickets}</a>
      </p>`);
  }
}
