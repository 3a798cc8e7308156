import { html } from "lit";
import { beginActing, HallpassProblem } from "hallpass/client";
import { hallpass, showAlone } from "./frame.js";
import { words } from "./words.js";

// The code is good for one minute and one use, but it has no business in the history all the same.
const code = new URLSearchParams(location.search).get("token") ?? "";
history.replaceState(null, "", location.pathname);

showAlone(html`<p class="muted" role="status">${words.opening}</p>`);
try {
  const handedOver = await hallpass.exchange(code);
  beginActing(handedOver, hallpass.clock.offset);
  location.replace("/parcels");
} catch (problem) {
  const signedOut = problem instanceof HallpassProblem && problem.code === "UNAUTHORIZED";
  showAlone(html`<div class="card outline" role="alert">
    <h1>${words.openFailed}</h1>
    <p class="muted">${signedOut ? words.signIn : words.codeUsed}</p>
    <p><a class="button primary" href=${signedOut ? "/" : "/tickets"}>${words.backToTickets}</a></p>
  </div>`);
}
