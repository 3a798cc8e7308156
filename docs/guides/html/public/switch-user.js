// The agent comes from "Impersonate": the code is good for one exchange and stays out of the history.
import { beginActing, HallpassClient } from "/hallpass/browser/client.js";

const hallpass = new HallpassClient();
const code = new URLSearchParams(location.search).get("token") ?? "";
history.replaceState(null, "", location.pathname);
try {
  beginActing(await hallpass.exchange(code), hallpass.clock.offset);
  location.replace("/");
} catch {
  document.querySelector("p").textContent = "The account could not be opened. Start again from the ticket.";
}
