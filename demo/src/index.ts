import { html } from "lit";
import { hallpass, showAlone } from "./frame.js";
import { words } from "./words.js";

interface Person {
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly roles: readonly string[];
}

async function people(): Promise<readonly Person[]> {
  const answer = await hallpass.transport.get<{ readonly items: readonly Person[] }>("/demo/people");
  return answer.items;
}

async function signIn(userId: string): Promise<void> {
  await hallpass.transport.post("/demo/sign-in", { userId });
  location.assign(userId === "piet" || userId === "els" ? "/parcels" : "/tickets");
}

const list = await people();
showAlone(html`
  <p class="brand"><img src="/assets/icon.svg" alt="" />Veldboek</p>
  <div>
    <h1>${words.signIn}</h1>
    <p class="muted">${words.chooser}</p>
  </div>
  <ul class="people">
    ${list.map(
      (person) => html`<li>
        <button class="person" data-user=${person.id} @click=${() => void signIn(person.id)}>
          <span class="face" aria-hidden="true">${person.name[0]}</span>
          <span>
            <strong>${person.name}</strong>
            <span class="muted small">${words.roles[person.roles.find((role) => role !== "user") ?? "user"]}</span>
          </span>
        </button>
      </li>`,
    )}
  </ul>
`);
