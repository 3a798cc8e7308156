import { html } from "lit";
import { page, show } from "./frame.js";
import { words } from "./words.js";

await page(async (who) => {
  show(who, html`<h1>${words.sessions}</h1><hallpass-sessions></hallpass-sessions>`);
});
