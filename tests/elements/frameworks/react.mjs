// The consent prompt in React: an attribute, a property, an event, and a state that changes both.
import { createElement, useState } from "react";
import { createRoot } from "react-dom/client";

export function mount(place, { client, labels, onAnswer }) {
  function Ticket() {
    const [ticket, setTicket] = useState("T-1");
    return createElement("section", null,
      createElement("button", { id: "next", onClick: () => setTicket("T-2") }, "Next ticket"),
      createElement("hallpass-consent-prompt", {
        "ticket-id": ticket, client, scopeLabels: labels, "onhallpass-grant-changed": (event) => onAnswer(event.detail.grant),
      }));
  }
  createRoot(place).render(createElement(Ticket));
}
