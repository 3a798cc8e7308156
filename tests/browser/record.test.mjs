// The user's own browser checks who has been in their account: it verifies what an honest server shows, remembers the record, and says
// so loudly when somebody with the database changed an entry, cut the record, or wrote it anew.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { sqlOn } from "../server/hallpass_server.mjs";
import { violations } from "./axe.mjs";
import { actAs, call, openBrowser, startDemo } from "./stage.mjs";

const support = "/api/v1/support-access";
const words = {
  "en-GB": {
    opened: "What was opened and changed", verified: "Verified", first: "for the first time", again: "nothing in it was changed or taken away",
    unchecked: "Not checked", wrong: "Something is wrong with this record", entry: "is not what the record says", save: "Save evidence",
    cut: "It was cut", forked: "It was changed afterwards",
  },
  "nl-NL": {
    opened: "Wat is geopend en gewijzigd", verified: "Gecontroleerd", first: "voor het eerst", again: "er is niets gewijzigd of weggehaald",
    unchecked: "Niet gecontroleerd", wrong: "Er is iets mis met dit logboek", entry: "is niet wat is vastgelegd", save: "Bewijs opslaan",
    cut: "Het is ingekort", forked: "Het is achteraf gewijzigd",
  },
};

let demo;
let jan;
let database;
const people = {};

before(async () => {
  demo = await startDemo();
  const arguments_ = readFileSync(`/proc/${demo.processOf("hallpassd")}/cmdline`, "utf8").split("\0");
  database = arguments_[arguments_.indexOf("--database") + 1];
  [jan, people["en-GB"], people["nl-NL"]] = await Promise.all([
    openBrowser(demo), openBrowser(demo, { acceptDownloads: true }), openBrowser(demo, { locale: "nl-NL", acceptDownloads: true }),
  ]);
  await jan.signIn("jan");
  for (const person of Object.values(people)) await person.signIn("piet");
  await visit("T-1");
});

after(async () => {
  await Promise.all([jan, ...Object.values(people)].map((person) => person?.close()));
  await demo?.stop();
});

/** Jan asks, Piet agrees, Jan looks at two things in Piet's account and leaves. */
async function visit(ticketId) {
  const about = { tenantId: "de-akker", targetUserId: "piet", ticketId, reason: "The parcel is not on the map" };
  const made = async (page, path, body) => {
    const { status, body: answer } = await call(page, "POST", path, body);
    assert.ok(status < 300, JSON.stringify(answer));
    return answer;
  };
  const { id } = await made(jan.page, `${support}/grants`, about);
  await made(people["en-GB"].page, `${support}/grants/${id}/grant`, {});
  const { session, delegatedToken } = await made(jan.page, `${support}/support-sessions`, about);
  for (const path of ["/app/parcels", "/app/tickets"]) assert.equal((await actAs(demo, delegatedToken, path)).status, 200);
  const log = async () => (await call(jan.page, "GET", `${support}/support-sessions/${session.id}/audit-logs`)).body.items;
  while ((await log()).filter(({ event }) => event === "resource_read").length < 2); // the edge reports in batches
  await made(jan.page, `${support}/support-sessions/${session.id}/end`, {});
  await made(people["en-GB"].page, `${support}/grants/${id}/revoke`, {});
}

const sql = (text) => sqlOn(database, text).trim();

/** Kills the server; the demo starts it again, on the database as it then is. */
async function restart(tamper) {
  const pid = demo.processOf("hallpassd");
  process.kill(pid, "SIGKILL");
  tamper();
  for (;;) {
    const answer = await fetch(`${demo.url}/readyz`).catch(() => null);
    if (answer?.status === 200) return;
    await new Promise((next) => setTimeout(next, 20));
  }
}

const list = (person) => person.page.locator("hallpass-my-access");
const remembered = (person) => person.page.evaluate(() => localStorage.getItem(`hallpass.record:${location.origin}`));

/** Opens the newest visit with the keyboard alone. */
async function open(person, { opened }) {
  await person.goto("/access");
  const summary = list(person).locator("summary", { hasText: opened }).first();
  await summary.waitFor();
  for (let presses = 0; presses < 40; presses++) {
    await person.page.keyboard.press("Tab");
    if (await summary.evaluate((element) => element.getRootNode().activeElement === element)) break;
  }
  await person.page.keyboard.press("Enter");
  await list(person).locator("[data-sequence]").first().waitFor();
}

async function look(person, name) {
  await person.picture(name);
  assert.deepEqual(await violations(person.page), [], name);
}

const marks = (person, state) => list(person).locator(`.check.${state}`);
async function waitForMarks(person, state, count) {
  await person.page.waitForFunction(
    ([wanted, many]) => document.querySelector("hallpass-my-access").shadowRoot.querySelectorAll(`.check.${wanted}`).length === many,
    [state, count],
  );
}
const alarm = (person) => list(person).getByRole("alert").filter({ has: person.page.locator(".alarm") });

for (const [locale, said] of Object.entries(words)) {
  test(`every entry of a visit is verified, and the record is remembered, in ${locale}`, async () => {
    const piet = people[locale];
    await open(piet, said);
    await waitForMarks(piet, "verified", 4);
    assert.match(await marks(piet, "verified").first().textContent(), new RegExp(said.verified));
    await list(piet).getByText(said.first).waitFor();
    assert.equal(await alarm(piet).count(), 0);
    await look(piet, `record-verified-${locale}`);
    const { key, checkpoint } = JSON.parse(await remembered(piet));
    assert.match(checkpoint, new RegExp(`^${key.split("+")[0]}\\n\\d+\\n`));
    await open(piet, said);
    await waitForMarks(piet, "verified", 4);
    await list(piet).getByText(said.again).waitFor();
    assert.deepEqual(piet.faults, []);
  });
}

test("what happens while the page is open is verified as well", async () => {
  const piet = people["en-GB"];
  const before = await remembered(piet);
  await visit("T-2");
  // What is open stays open, below the visit that has come on top of it.
  await list(piet).locator("summary").nth(1).waitFor();
  assert.deepEqual(await list(piet).locator("details").evaluateAll((all) => all.map(({ open: shown }) => shown)), [false, true]);
  await waitForMarks(piet, "verified", 4);
  await list(piet).locator("summary").first().press("Enter");
  await waitForMarks(piet, "verified", 8);
  assert.notEqual(await remembered(piet), before);
  assert.equal(await alarm(piet).count(), 0);
});

test("an entry that somebody changed in the database is named", async () => {
  const piet = people["en-GB"];
  const said = words["en-GB"];
  const [sequence] = sql("SELECT max(sequence) FROM record WHERE event = 'resource_read'").split("\n");
  const type = sql(`SELECT resource_type FROM record WHERE sequence = ${sequence}`);
  await restart(() => sql(`UPDATE record SET resource_type = 'weather' WHERE sequence = ${sequence}`));
  await open(piet, said);
  await waitForMarks(piet, "failed", 1);
  await waitForMarks(piet, "verified", 3);
  await alarm(piet).getByText(said.entry).waitFor();
  assert.match(await list(piet).locator(`[data-sequence="${sequence}"]`).textContent(), /weather/);
  await look(piet, "record-changed-entry");
  await restart(() => sql(`UPDATE record SET resource_type = '${type}' WHERE sequence = ${sequence}`));
  await open(piet, said);
  await waitForMarks(piet, "verified", 4);
  assert.equal(await alarm(piet).count(), 0);
});

test("an entry whose personal data was erased is verified, and says so", async () => {
  const piet = people["en-GB"];
  const sequence = Number(sql("SELECT max(sequence) FROM record WHERE event = 'resource_read'"));
  // As the server erases: the commitments stay, what they were made of goes.
  const { body } = await call(piet.page, "GET", `/api/v1/audit/proof/inclusion/${sequence}`);
  const { people: first, origin, details } = JSON.parse(body.leaf);
  sql(`UPDATE record SET seals = '${first}.${origin}.${details}', actor_id = NULL, subject_id = NULL, agent_id = NULL, ip = NULL,
    user_agent = NULL, resource_id = NULL, metadata = '{}' WHERE sequence = ${sequence}`);
  await open(piet, words["en-GB"]);
  await waitForMarks(piet, "verified", 4);
  assert.match(await list(piet).locator(`[data-sequence="${sequence}"]`).textContent(), /Verified · details erased/);
  assert.equal(await alarm(piet).count(), 0);
  await piet.picture("record-erased");
  // Nor does the admin's log of the ticket say that the system had looked.
  const ada = await openBrowser(demo);
  try {
    await ada.signIn("ada");
    await ada.goto(`/tickets/${sql(`SELECT ticket_id FROM record WHERE sequence = ${sequence}`)}`);
    const read = ada.page.locator("hallpass-audit-log [data-event=resource_read] .who");
    await read.getByText("Name erased", { exact: true }).waitFor();
    assert.equal((await read.allTextContents()).filter((who) => who.includes("System")).length, 0);
  } finally {
    await ada.close();
  }
});

test("a record that was cut, and one that went on from there, raise the alarm in both languages", async () => {
  for (const [locale, said] of Object.entries(words)) {
    await open(people[locale], said);
    await list(people[locale]).getByText(said.again).waitFor();
  }
  const before = await remembered(people["en-GB"]);
  const cut = Number(sql("SELECT max(sequence) FROM record")) - 3;
  await restart(() => sql(`DELETE FROM record WHERE sequence > ${cut}; DELETE FROM checkpoints WHERE size > ${cut}`));
  const alarmed = async (name, sentence) => {
    for (const [locale, said] of Object.entries(words)) {
      const piet = people[locale];
      await open(piet, said);
      await alarm(piet).getByText(said.wrong).waitFor();
      await alarm(piet).getByText(said[sentence]).waitFor();
      assert.ok((await marks(piet, "unchecked").count()) > 0);
      assert.equal(await marks(piet, "verified").count(), 0);
      await look(piet, `${name}-${locale}`);
    }
    assert.equal(await remembered(people["en-GB"]), before);
  };
  await alarmed("record-cut", "cut");
  await visit("T-3"); // the record is longer than before, and another one
  await alarmed("record-forked", "forked");
  const piet = people["en-GB"];
  const save = list(piet).getByRole("button", { name: words["en-GB"].save });
  await save.focus();
  const [download] = await Promise.all([piet.page.waitForEvent("download"), piet.page.keyboard.press("Enter")]);
  const evidence = JSON.parse(readFileSync(await download.path(), "utf8"));
  assert.deepEqual(evidence.record.remembered, JSON.parse(before));
  assert.equal(evidence.record.alarm, "forked");
  assert.notEqual(evidence.record.found.checkpoint, evidence.record.remembered.checkpoint);
  assert.equal(evidence.record.found.key, evidence.record.remembered.key);
  assert.deepEqual(Object.values(people).flatMap(({ faults }) => faults), []);
});
