import { html } from "lit";
import { page, show } from "./frame.js";
import { words } from "./words.js";

await page(async (who) => {
  show(who, html`<h1>${words.access}</h1><hallpass-my-access></hallpass-my-access><hallpass-notifications></hallpass-notifications>`);
});
