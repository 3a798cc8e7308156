import { html } from "lit";
import { page, show } from "./frame.js";
import { words } from "./words.js";

await page(async (who) => {
  show(who, html`<h1>${words.users}</h1><hallpass-users .roleNames=${words.roles}></hallpass-users>`);
});
