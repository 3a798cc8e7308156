// One element with a server of its own, and what a test waits for beside it.

import { HallpassClient, ServerClock } from "/js/client.js";
import { now } from "./fixtures.js";

/** Time stands still: every state looks the same today and tomorrow. */
const stopped = { wall: () => now, steady: () => 0 };

export const clientOf = (server, baseUrl = "") => new HallpassClient({ baseUrl, fetch: server.fetch, clock: new ServerClock(stopped) });

export function elementOf(component, attributes, client) {
  const element = document.createElement(`hallpass-${component}`);
  element.client = client;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** Shows an element alone on the page. */
export function place(component, attributes, server) {
  const element = elementOf(component, attributes, clientOf(server));
  document.querySelector("main").replaceChildren(element);
  return element;
}

export const saysOf = (element) => element.renderRoot.textContent.replace(/\s+/g, " ");

export async function frames(count) {
  for (let frame = 0; frame < count; frame++) await new Promise((done) => requestAnimationFrame(done));
}

/** Waits until something holds, frame by frame. @param what is named where that is not reached */
export async function until(holds, what) {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`${what}: not reached`);
    await frames(1);
  }
}
