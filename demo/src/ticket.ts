import { html, nothing, type TemplateResult } from "lit";
import { app, type Ticket } from "./api.js";
import { page, show, type Viewer } from "./frame.js";
import { language, locale, words } from "./words.js";

const moment = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** How this application calls its scopes. */
const scopeLabels =
  language() === "nl"
    ? { "tickets:read": "Tickets bekijken", "parcels:read": "Percelen bekijken", "parcels:write": "Percelen wijzigen" }
    : { "tickets:read": "View tickets", "parcels:read": "View parcels", "parcels:write": "Change parcels" };
const scopes = Object.keys(scopeLabels);

function conversation(ticket: Ticket): TemplateResult {
  return html`<section class="card" aria-label=${words.conversation}>
    ${ticket.messages?.map(
      ({ from, at, text }) => html`<article class="message">
        <span class="face" aria-hidden="true">${from[0]}</span>
        <header>
          <strong>${from}</strong>
          <time class="muted small" datetime=${at}>${moment.format(Date.parse(at))}</time>
        </header>
        <p>${text}</p>
      </article>`,
    )}
  </section>`;
}

function side(who: Viewer, ticket: Ticket): TemplateResult | typeof nothing {
  if (!who.staff) return nothing;
  return html`<aside>
    <hallpass-agent-panel
      ticket-id=${ticket.id}
      tenant-id=${ticket.tenantId}
      .customer=${ticket.customer}
      .scopes=${scopes}
      .scopeLabels=${scopeLabels}
    ></hallpass-agent-panel>
  </aside>`;
}

function consent(who: Viewer, ticket: Ticket): TemplateResult | typeof nothing {
  if (who.staff) return nothing;
  if (who.acting !== null) return html`<p class="card muted">${words.onlyTheUser}</p>`;
  return html`<hallpass-consent-prompt ticket-id=${ticket.id} .scopeLabels=${scopeLabels}></hallpass-consent-prompt>`;
}

await page(async (who) => {
  const id = decodeURIComponent(location.pathname.split("/")[2] ?? "");
  const ticket = await app.ticket(id);
  document.title = `${ticket.subject} · Veldboek`;
  show(
    who,
    html`<div>
        <p class="crumb muted"><a href="/tickets">${words.tickets}</a> / ${ticket.id}</p>
        <h1>${ticket.subject}</h1>
      </div>
      <div class="ticket ${who.staff ? "with-side" : ""}">
        ${side(who, ticket)}
        <div>
          ${consent(who, ticket)} ${conversation(ticket)}
          ${who.acting === null
            ? html`<hallpass-audit-log ticket-id=${ticket.id}></hallpass-audit-log>`
            : nothing}
        </div>
      </div>`,
  );
});
