// Builds what the tests look at: elements in a state, each with a server of its own.

import { beginActing } from "/js/client.js";
import "/js/elements.js";
import { cases, now } from "./cases.js";
import { clientOf, elementOf } from "./placed.js";
import { pageServer, PretendedServer } from "./server.js";
import { granted, labels, session } from "./fixtures.js";

const main = document.querySelector("main");

/** A client of a state's own server, with what the host calls its scopes; an answer is taken. */
export function clientFor(component, name) {
  const { answers, stream } = cases[component][name];
  const server = new PretendedServer({ ...answers, "POST /api/v1/support-access/grants/g-1/grant": granted }, stream);
  return { client: clientOf(server), labels };
}

/** Each state's server has an address of its own: what a browser remembers of one is not another's. */
let servers = 0;

function build(component, { answers, attributes = {}, properties = {}, stream }) {
  const server = new PretendedServer(answers, stream);
  const element = elementOf(component, attributes, clientOf(server, `https://server-${++servers}.test`));
  Object.assign(element, properties);
  return { element, server };
}

/** Shows states of a component side by side, and waits until each is reached. */
async function show(component, names = Object.keys(cases[component])) {
  main.classList.toggle("wide", ["users", "reports"].includes(component));
  main.querySelectorAll("figure").forEach((each) => each.remove());
  pageServer.calls.length = 0;
  await Promise.all(names.map(async (name) => {
    const state = cases[component][name];
    const { element, server } = build(component, state);
    const figure = document.createElement("figure");
    figure.dataset.state = name;
    const caption = document.createElement("figcaption");
    caption.textContent = `${component}: ${name}`;
    figure.append(caption, element);
    main.append(figure);
    const reached = state.then?.(element, server) ?? Promise.resolve();
    const late = new Promise((_, fail) => setTimeout(() => fail(new Error(`${component}: ${name} is not reached`)), 10_000));
    await Promise.race([reached, late]);
    await element.updateComplete;
  }));
}

/** Starts acting in this tab, with everything that the banner asks answered by the server in the page. */
function act({ more = {}, stream, attributes = {}, offsetMs = 0, answers = {} } = {}) {
  const server = new PretendedServer({ "GET /.well-known/jwks.json": { keys: [] }, ...answers }, stream);
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) =>
    new URL(input, location.href).pathname.endsWith(".wasm") ? real(input, init) : server.fetch(input, init);
  const banner = document.querySelector("hallpass-banner");
  for (const [name, value] of Object.entries(attributes)) banner.setAttribute(name, value);
  beginActing({ token: "pretended", session: { ...session, ...more } }, offsetMs);
  return server;
}

globalThis.gallery = { show, act, cases, server: pageServer, session, now };
