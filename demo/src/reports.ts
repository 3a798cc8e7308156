import { html } from "lit";
import { page, show } from "./frame.js";
import { words } from "./words.js";

await page(async (who) => {
  show(who, html`<h1>${words.reports}</h1><hallpass-reports></hallpass-reports>`);
});
