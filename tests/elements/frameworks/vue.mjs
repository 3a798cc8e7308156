// The same in Vue.
import { createApp, h, ref } from "vue";

export function mount(place, { client, labels, onAnswer }) {
  createApp({
    setup() {
      const ticket = ref("T-1");
      return () => h("section", [
        h("button", { id: "next", onClick: () => (ticket.value = "T-2") }, "Next ticket"),
        h("hallpass-consent-prompt", {
          "^ticket-id": ticket.value, ".client": client, ".scopeLabels": labels,
          onHallpassGrantChanged: (event) => onAnswer(event.detail.grant),
        }),
      ]);
    },
  }).mount(place);
}
