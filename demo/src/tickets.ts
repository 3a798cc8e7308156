import { html, nothing } from "lit";
import { app } from "./api.js";
import { page, show } from "./frame.js";
import { locale, words } from "./words.js";

const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long" });

await page(async (who) => {
  const { items } = await app.tickets();
  show(
    who,
    html`<h1>${words.tickets}</h1>
      <ul class="card tickets">
        ${items.map(
          (ticket) => html`<li>
            <a href="/tickets/${encodeURIComponent(ticket.id)}">
              <span class="muted">${ticket.id}</span>
              <strong>${ticket.subject}</strong>
              <span class="tag">${ticket.status}</span>
              <span class="detail muted small">
                ${ticket.customer.name}, ${ticket.farm} · ${words.opened} ${day.format(Date.parse(ticket.openedAt))}
              </span>
            </a>
          </li>`,
        )}
      </ul>
      ${who.staff ? html`<hallpass-notifications></hallpass-notifications>` : nothing}`,
  );
});
