// An answer may be older than what was told while it was on its way, or not come at all. What is shown
// in the end is what came last, whichever arrived first, and nothing is said to be none before it was read.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asked, at, granted, over } from "./gallery/fixtures.js";
import { serveGallery } from "./gallery.mjs";
import { openBrowser } from "../browser/stage.mjs";

const support = "/api/v1/support-access";
const parts = { grants: `GET ${support}/grants`, active: `GET ${support}/support-sessions/active`, news: "GET /api/v1/me/notifications" };

let gallery;
let viewer;

before(async () => {
  gallery = await serveGallery();
  viewer = await openBrowser({ url: gallery.url });
  await viewer.page.goto(`${gallery.url}/gallery/page.html`);
  await viewer.page.waitForFunction(() => globalThis.gallery !== undefined);
});

after(async () => {
  await viewer?.close();
  await gallery?.stop();
});

/**
 * An element whose list is asked for; then what is told comes first and the old answer second. From
 * then on the server says the new.
 * @returns what the element says before and after, and how often the list was asked for
 */
const overtake = (what) => viewer.page.evaluate(async ({ component, attributes, asked, old, fresh, event, told, others }) => {
  const [{ PretendedServer, pageServer }, { frames, place, saysOf, until }, fixtures] = await Promise.all([
    import("/gallery/server.js"), import("/gallery/placed.js"), import("/gallery/fixtures.js"),
  ]);
  const named = (names) => ({ items: names.map((name) => fixtures[name]), nextCursor: null });
  let answer = old;
  const waiting = [];
  const hold = () => new Promise((give) => {
    const current = named(answer);
    waiting.push(() => give(current));
  });
  const given = Object.fromEntries(Object.entries(others).map(([path, names]) => [path, named(names)]));
  const server = new PretendedServer({ "GET /api/v1/me": fixtures.piet, ...given, [asked]: hold });
  const element = place(component, attributes, server);
  await until(() => waiting.length > 0 && pageServer.calls.some(({ asked: path }) => path.endsWith("/events")), component);
  await frames(5); // the stream is open, and whoever asks for it has asked
  answer = fresh;
  const before = waiting.length;
  server.tell(event, Object.fromEntries(Object.entries(told).map(([name, which]) => [name, fixtures[which]])));
  await frames(5); // the event is in, no answer is
  // Every question is answered, each as things stood when it was asked, the youngest first.
  let answers = 0;
  for (let quiet = 0; quiet < 10; quiet++) {
    if (waiting.length > 0) {
      quiet = 0;
      answers += 1;
      waiting.pop()();
    }
    await frames(1);
  }
  await element.updateComplete;
  pageServer.calls.length = 0;
  return { before, answers, says: saysOf(element) };
}, what);

const cases = [
  {
    component: "consent-prompt", attributes: { "ticket-id": "T-1" }, asked: parts.grants, old: ["asked"], fresh: ["granted"],
    event: "access_granted", told: { grant: "granted" }, others: { [parts.active]: [] }, says: /Withdraw access/,
  },
  {
    component: "agent-panel", attributes: { "ticket-id": "T-1", "tenant-id": "de-akker" }, asked: parts.active, old: ["session"], fresh: [],
    event: "impersonation_ended", told: {}, others: { [parts.grants]: ["granted"] }, says: /^(?!.*is running).*Impersonate/,
  },
  {
    component: "sessions", attributes: {}, asked: parts.active, old: [], fresh: ["session"],
    event: "impersonation_started", told: { session: "session" }, others: {}, says: /Jan as Piet de Boer/,
  },
  {
    component: "my-access", attributes: {}, asked: "GET /api/v1/me/sessions", old: [], fresh: ["session"],
    event: "impersonation_started", told: { session: "session" },
    others: { "GET /api/v1/me/grants": [], "GET /api/v1/me/requests": [] }, says: /Jan/,
  },
];

for (const { says, ...what } of cases) {
  test(`${what.component}: what was told while an answer was on its way is not undone by it`, async () => {
    const { before, answers, says: shown } = await overtake(what);
    assert.equal(before, 1, "one question at a time");
    assert.ok(answers >= 2, "what was overtaken is asked again");
    assert.ok(answers <= 3, `${answers} questions for one event`);
    assert.match(shown, says);
  });
}

/**
 * A deed whose answer comes only after live events that are younger than it; the list is read as it stands then.
 * @returns what the element says in the end
 */
const answerLate = (what) => viewer.page.evaluate(async ({ component, attributes, press, deed, answer, first, then, told }) => {
  const [{ PretendedServer }, { frames, place, saysOf, until }, fixtures] = await Promise.all([
    import("/gallery/server.js"), import("/gallery/placed.js"), import("/gallery/fixtures.js"),
  ]);
  let list = first;
  let give;
  const server = new PretendedServer({
    "GET /api/v1/me": fixtures[component === "agent-panel" ? "jan" : "piet"],
    "GET /api/v1/support-access/grants": () => fixtures.pageOf(list),
    "GET /api/v1/support-access/support-sessions/active": fixtures.pageOf([]),
    [deed]: () => new Promise((resolve) => (give = () => resolve(answer))),
  });
  const element = place(component, attributes, server);
  const button = () => [...element.renderRoot.querySelectorAll("button")].find(({ textContent }) => textContent.trim() === press);
  await until(() => button() !== undefined, component);
  await frames(5); // the stream is open
  button().click();
  await until(() => give !== undefined, component);
  list = then;
  for (const [event, grant] of told) server.tell(event, { grant });
  await frames(5); // the events are in, the answer is not
  give();
  await frames(10);
  await element.updateComplete;
  return saysOf(element);
}, what);

const grantPath = `${parts.grants.slice("GET ".length)}/${granted.id}`;
const again = { ...asked, id: `${asked.id}-again`, createdAt: at(1) };
const revoked = over("revoked", { revokedAt: at(0), revokedBy: "subject" });

test("an answer that comes after younger events does not hide the next request", async () => {
  const says = await answerLate({
    component: "consent-prompt", attributes: { "ticket-id": "T-1" }, press: "Withdraw access",
    deed: `POST ${grantPath}/revoke`, answer: revoked, first: [granted], then: [again, revoked],
    told: [["access_revoked", revoked], ["access_requested", again]],
  });
  assert.match(says, /View only|Decline/);
});

test("an answer that comes after younger events does not bring back what they ended", async () => {
  const says = await answerLate({
    component: "consent-prompt", attributes: { "ticket-id": "T-1" }, press: "Today",
    deed: `POST ${parts.grants.slice("GET ".length)}/${asked.id}/grant`, answer: granted, first: [asked], then: [revoked],
    told: [["access_granted", granted], ["access_revoked", revoked]],
  });
  assert.doesNotMatch(says, /Withdraw access/);
});

/**
 * An element whose list cannot be read at first, while its stream is open.
 * @returns what it says and how often it asked: at first, when pauses are over, and (how often) long after
 */
async function comeBack(what) {
  await viewer.page.evaluate(async ({ component, attributes, asked, list, others }) => {
    const [{ PretendedServer, pageServer, unreachable, refusal }, { place, saysOf }, fixtures] = await Promise.all([
      import("/gallery/server.js"), import("/gallery/placed.js"), import("/gallery/fixtures.js"),
    ]);
    const named = (names) => ({ items: names.flatMap((name) => fixtures[name]), nextCursor: null });
    const given = Object.fromEntries(Object.entries(others).map(([path, names]) => [path, named(names)]));
    const failures = [unreachable, refusal(503, "SERVICE_UNAVAILABLE")];
    let questions = 0;
    const answer = () => failures[questions++] ?? named(list);
    const server = new PretendedServer({ "GET /api/v1/me": fixtures.piet, ...given, [asked]: answer });
    const element = place(component, attributes, server);
    globalThis.tried = {
      says: () => saysOf(element),
      questions: () => questions,
      pageServer,
    };
  }, what);
  const asked = () => viewer.page.evaluate(() => globalThis.tried.questions());
  const says = () => viewer.page.evaluate(() => globalThis.tried.says());
  const pass = async (ms) => viewer.page.clock.runFor(ms);
  await pass(500);
  const first = { asked: await asked(), says: await says() };
  for (let second = 0; second < 8; second++) await pass(1_000); // the first two pauses, at the longest
  const third = { asked: await asked(), says: await says() };
  await pass(300_000);
  const later = await asked();
  await viewer.page.evaluate(() => document.querySelector("main").replaceChildren());
  return { first, third, later };
}

const unread = [
  ...cases.map((what) => ({ ...what, list: what.fresh })),
  { component: "notifications", attributes: {}, asked: parts.news, list: ["notifications"], others: {}, says: /access ends/ },
  { component: "audit-log", attributes: { "ticket-id": "T-1" }, asked: "GET /api/v1/tickets/T-1/activity", list: ["entries"], others: {}, says: /Jan/ },
];

test("what cannot be read is not said to be none, and is asked for again until it is there", async () => {
  await viewer.page.clock.install();
  for (const { component, attributes, asked, list, others, says } of unread) {
    const { first, third, later } = await comeBack({ component, attributes, asked, list, others });
    assert.ok(first.asked < 3, `${component}: pauses before it asks again`);
    assert.deepEqual([third.asked, later], [3, 3], component);
    if (component === "consent-prompt") assert.equal(first.says, "", "a prompt without a request is not there");
    else assert.match(first.says, /cannot (be reached|answer)/, component);
    assert.doesNotMatch(third.says, /cannot (be reached|answer)/, component);
    assert.match(third.says, says, component);
  }
});
