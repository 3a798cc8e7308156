// Compares the core's zones and presets with ICU's, as Node's Intl shows them.
//
//   node intl_reference.mjs <zone_answers> <python3>
//
// ICU carries its own tzdata release, which may be older than the table's. A difference is explained
// where zoneinfo (the system's tzdata) gives the core's answer to the very same question; any other
// difference fails. Where the system's tzdata is not the release of the embedded table, a table made
// from the system's by the generator is compared in its place.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [driver, python] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const zoneinfo = join(here, "zoneinfo_reference.py");
const generator = join(here, "../../core/zones/generate.py");

const DAY = 86400;
const FIRST = 0;
const LAST = Date.UTC(2100, 11, 31) / 1000;
const PRESETS_FROM = Date.UTC(2025, 0, 1) / 1000;
const PRESETS_TO = Date.UTC(2038, 0, 1) / 1000;
const PRESETS = ["end_of_today", "end_of_tomorrow", "one_week", "end_of_week"];

const dateOf = (midnight) => new Date(midnight * 1000).toISOString().slice(0, 10);

const offsets = new Map();

/** Seconds out of text such as "T, GMT+05:30". */
function offsetIn(text) {
  const [sign, hours, minutes = 0, seconds = 0] =
    text.slice(text.indexOf("GMT") + 3).match(/[-+]|\d+/g) ?? ["+", 0];
  const value = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === "-" ? -value : value;
}

/** One zone as ICU sees it; instants are whole seconds since 1970 UTC. */
class Reference {
  #format;
  #changes;

  constructor(name) {
    // Beside the offset the shortest text there is: a whole date takes half as long again.
    this.#format = new Intl.DateTimeFormat("en-US", { timeZone: name, weekday: "narrow", timeZoneName: "longOffset" }).format;
  }

  /** Local time minus UTC in seconds. */
  offset(at) {
    const text = this.#format(at * 1000);
    if (!offsets.has(text)) offsets.set(text, offsetIn(text));
    return offsets.get(text);
  }

  /** Every change of offset, found by asking for every fourth day: [instant, before, after]. */
  changes() {
    this.#changes ??= [...this.#findChanges(-2 * DAY, LAST + 9 * DAY)];
    return this.#changes;
  }

  *#findChanges(from, to) {
    let before = this.offset(from);
    for (let at = from + 4 * DAY; at < to; at += 4 * DAY) {
      const after = this.offset(at);
      if (after === before) continue;
      let low = at - 4 * DAY;
      let high = at;
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (this.offset(middle) === before) low = middle;
        else high = middle;
      }
      yield [high, before, after];
      before = after;
    }
  }

  /** The first instant, not before `from`, whose local time is `local` or later. */
  reach(local, from) {
    const changes = this.changes();
    let begin = -Infinity;
    let offset = changes.length > 0 ? changes[0][1] : this.offset(0);
    for (let i = 0; i <= changes.length; ++i) {
      const [end, , after] = changes[i] ?? [Infinity, 0, 0];
      const at = Math.max(local - offset, begin, from);
      if (at < end) return { at, local: at + offset };
      [begin, offset] = [end, after];
    }
    throw new Error("no end of time");
  }

  answer(question) {
    const [kind, choice, now] = question.split(" ");
    if (kind === "day") {
      const midnight = Date.parse(choice) / 1000;
      const first = this.reach(midnight, -Infinity);
      return first.local < midnight + DAY ? String(first.at) : "skipped";
    }
    const today = Math.floor((Number(now) / 1000 + this.offset(Math.floor(now / 1000))) / DAY) * DAY;
    const weekday = new Date(today * 1000).getUTCDay();
    const days = [0, 1, 7, (7 - weekday) % 7][PRESETS.indexOf(choice)];
    const { at } = this.reach(today + (days + 1) * DAY, Math.floor(now / 1000) + 1);
    const last = this.offset(at - 1) + at - 1;
    return last >= LAST + DAY ? "out_of_range" : `${at * 1000} ${dateOf(last)}`;
  }
}

/** What to ask about one zone: the days around each change, presets on those of 2025 to 2037. */
function questionsOf(reference) {
  const asked = [];
  for (const [change, before, after] of reference.changes()) {
    const first = Math.floor((change + Math.min(before, after)) / DAY) * DAY - DAY;
    for (let day = first; day <= first + 3 * DAY; day += DAY) {
      if (day < FIRST || day > LAST) continue;
      asked.push(`day ${dateOf(day)}`);
      if (day < PRESETS_FROM || day >= PRESETS_TO) continue;
      for (const now of [day * 1000, change * 1000 - 1, change * 1000, (day + 13 * 3600) * 1000]) {
        for (const preset of PRESETS) asked.push(`until ${preset} ${now}`);
      }
    }
  }
  for (let year = 1970; year <= 2100; ++year) {
    asked.push(`day ${year}-02-01`, `day ${year}-08-01`);
  }
  return [...new Set(asked)];
}

function ask(command, arguments_, lines) {
  const output = execFileSync(command, arguments_, {
    input: lines.join("\n") + "\n", encoding: "utf8", maxBuffer: 1 << 30,
  });
  return output.trimEnd().split("\n");
}

/** zone_answers' argument: none, or a table of the system's release, written to `folder`. */
function tableArguments(folder) {
  const [embedded] = ask(driver, [], ["version"]);
  const system = readFileSync("/usr/share/zoneinfo/tzdata.zi", "ascii").split("\n")[0].split(" ")[2];
  if (embedded === system) return [];
  console.log(`the embedded table is of ${embedded}, the system has ${system}`);
  execFileSync(python, [generator, "--output", folder]);
  return [join(folder, "zones.bin")];
}

/** Zones that ICU keeps under one name share their questions and answers. */
function compareAll(names) {
  const known = new Map();
  const unknown = [];
  const asked = [];
  for (const name of names) {
    let canonical;
    try {
      canonical = new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone;
    } catch {
      unknown.push(name);
      continue;
    }
    if (!known.has(canonical)) {
      const reference = new Reference(canonical);
      known.set(canonical, questionsOf(reference).map((question) => [question, reference.answer(question)]));
    }
    for (const [question, expected] of known.get(canonical)) asked.push({ name, question, expected });
  }
  return { asked, unknown };
}

/** The questions of all zones as input lines, and the answers without the lines for the zones. */
function answersTo(command, arguments_, asked) {
  const lines = [];
  const at = asked.map(({ name, question }, i) => {
    if (i === 0 || asked[i - 1].name !== name) lines.push(`zone ${name}`);
    return lines.push(question) - 1;
  });
  const answers = ask(command, arguments_, lines);
  return at.map((line) => answers[line]);
}

function compare(table) {
  const [names, version] = ask(driver, table, ["names", "version"]);
  const { asked, unknown } = compareAll(names.split(" "));
  const native = answersTo(driver, table, asked);
  const differing = asked
    .map((item, i) => ({ ...item, core: native[i] }))
    .filter(({ core, expected }) => core !== expected);
  const system = differing.length > 0 ? answersTo(python, [zoneinfo, "--answer"], differing) : [];

  const explained = new Map();
  const wrong = [];
  differing.forEach((item, i) => {
    if (system[i] !== item.core) wrong.push({ ...item, system: system[i] });
    else explained.set(item.name, [...(explained.get(item.name) ?? []), item]);
  });

  console.log(`table ${version}, ICU ${process.versions.tz}: ${asked.length} answers about ` +
    `${names.split(" ").length - unknown.length} names`);
  console.log(`names that ICU does not know: ${unknown.join(" ") || "none"}`);
  for (const [name, items] of explained) {
    const { question, core, expected } = items[0];
    console.log(`explained by the system's tzdata: ${name}: ${items.length} answers, ` +
      `first "${question}": ICU ${expected}, zoneinfo and core ${core}`);
  }
  for (const { name, question, core, expected, system: other } of wrong.slice(0, 50)) {
    console.log(`WRONG ${name}: ${question}: core ${core}, ICU ${expected}, zoneinfo ${other}`);
  }
  // Were most answers "explained", the comparison would say nothing.
  const vacuous = asked.length < 100_000 || differing.length > asked.length / 20;
  console.log(`${differing.length} differences, ${wrong.length} of them unexplained`);
  return wrong.length > 0 || vacuous ? 1 : 0;
}

const folder = mkdtempSync(join(tmpdir(), "zones-"));
try {
  process.exitCode = compare(tableArguments(folder));
} finally {
  rmSync(folder, { recursive: true });
}
