// Reports as an admin sees them: plots and tables with the same numbers, in both languages and themes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { violations } from "./axe.mjs";
import { call, openBrowser, startDemo, tokenOf } from "./stage.mjs";

const support = "/api/v1/support-access";
const hostile = `=1+1 <img src=x onerror="document.title='run'">`;

let demo;

/** Two sessions about Piet, with a read in each; a request to Els that she declines. */
async function happen() {
  // Jan's browser calls itself a formula: it must not run in anybody's spreadsheet.
  const [piet, jan, els] = await Promise.all([
    openBrowser(demo), openBrowser(demo, { userAgent: "=1+1" }), openBrowser(demo),
  ]);
  try {
    await piet.signIn("piet");
    await els.signIn("els");
    await jan.signIn("jan");
    const ask = (targetUserId, tenantId, ticketId) =>
      call(jan.page, "POST", `${support}/grants`, { tenantId, targetUserId, ticketId, reason: hostile });
    const given = await ask("piet", "de-akker", "T-1");
    await call(piet.page, "POST", `${support}/grants/${given.body.id}/grant`, {});
    const refused = await ask("els", "de-linde", "T-2");
    await call(els.page, "POST", `${support}/grants/${refused.body.id}/decline`, {});
    for (const reason of ["The parcel does not show on the map", hostile]) {
      const started = await call(jan.page, "POST", `${support}/support-sessions`, {
        tenantId: "de-akker", targetUserId: "piet", ticketId: "T-1", reason, durationMinutes: 10,
      });
      assert.equal(started.status, 201, JSON.stringify(started.body));
      await jan.page.goto(started.body.uiSwitchUrl);
      await jan.page.locator("polygon.field").first().waitFor();
      assert.notEqual(await tokenOf(jan.page), null);
      await jan.page.locator("hallpass-banner button[part~=stop]").click();
      await jan.page.waitForURL(/tickets/);
    }
  } finally {
    await Promise.all([piet, jan, els].map((person) => person.close()));
  }
}

before(async () => {
  demo = await startDemo();
  await happen();
});

after(() => demo?.stop());

/** The canvas of a figure has been drawn on: how many of its points are not transparent. */
const inkOf = (page, name) =>
  page.locator(`hallpass-reports [data-figure=${name}] canvas`).evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let ink = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at] !== 0) ink++;
    return ink;
  });

const rowsOf = (page, name) =>
  page.locator(`hallpass-reports [data-figure=${name}] tbody tr`).evaluateAll((rows) =>
    rows.map((row) => [...row.children].map((cell) => cell.textContent)));

async function openReports(ada) {
  await ada.goto("/reports");
  await ada.page.locator("hallpass-reports figure canvas").first().waitFor();
  await ada.page.waitForFunction(() => {
    const canvases = document.querySelector("hallpass-reports").shadowRoot.querySelectorAll("canvas");
    return [...canvases].every((canvas) => canvas.style.height !== "");
  });
}

test("an admin sees plots, and tables with the same numbers", async () => {
  const ada = await openBrowser(demo);
  try {
    const charts = [];
    ada.page.on("request", (request) => charts.push(request.url()));
    await ada.signIn("ada");
    await ada.goto("/sessions");
    await ada.page.locator("hallpass-sessions p").first().waitFor();
    const before = new Set(charts);
    await openReports(ada);
    // The library came with the first plot, as a module of its own.
    const added = [...new Set(charts)].filter((url) => !before.has(url) && /assets\/.*\.js$/.test(url));
    const sizes = await Promise.all(added.map(async (url) => (await (await fetch(url)).text()).length));
    assert.ok(Math.max(...sizes) > 100_000, `loaded: ${added.join(", ")}`);
    const earlier = [...before].filter((url) => /assets\/.*\.js$/.test(url));
    const texts = await Promise.all(earlier.map(async (url) => (await fetch(url)).text()));
    assert.ok(texts.every((text) => !text.includes("categoryPercentage")), "another page loaded the chart library");

    for (const name of ["sessions-by-day", "by-agent", "reasons", "actions", "resources", "outcomes", "programs"]) {
      assert.ok((await inkOf(ada.page, name)) > 500, `${name} is not drawn`);
    }
    assert.deepEqual(await rowsOf(ada.page, "by-agent"), [["Jan", "2"]]);
    assert.deepEqual((await rowsOf(ada.page, "reasons")).map(([, count]) => count), ["1", "1"]);
    assert.equal((await rowsOf(ada.page, "sessions-by-day")).reduce((sum, [, count]) => sum + Number(count), 0), 2);
    assert.notEqual(await ada.page.title(), "run");
    await ada.picture("reports");

    // A tenant of its own, and a period.
    await ada.page.locator("hallpass-reports select").nth(1).selectOption("de-linde");
    await ada.page.locator("hallpass-reports [data-figure=by-agent]").waitFor({ state: "detached" });
    assert.deepEqual((await rowsOf(ada.page, "actions")).map(([name]) => name).sort(), ["Access declined", "Access requested"]);
    await ada.page.locator("hallpass-reports select").nth(1).selectOption("");
    await ada.page.locator("hallpass-reports select").first().selectOption("365");
    await ada.page.locator("hallpass-reports [data-figure=by-agent]").waitFor();
    assert.deepEqual(ada.faults, []);
  } finally {
    await ada.close();
  }
});

test("a log is exported whole, as JSON Lines and as CSV without formulas", async () => {
  const ada = await openBrowser(demo, { acceptDownloads: true });
  try {
    await ada.signIn("ada");
    await ada.goto("/tickets/T-1");
    await ada.page.locator("hallpass-audit-log li").first().waitFor();
    const save = async (name) => {
      const [download] = await Promise.all([
        ada.page.waitForEvent("download"), ada.page.locator(`hallpass-audit-log button[part~=${name}]`).click(),
      ]);
      return readFileSync(await download.path(), "utf8");
    };
    const lines = (await save("lines")).trimEnd().split("\n").map((line) => JSON.parse(line));
    const all = (await call(ada.page, "GET", "/api/v1/tickets/T-1/activity?limit=200")).body.items;
    assert.deepEqual(lines, all);
    const csv = await save("csv");
    assert.match(csv, /^sequence,at,event,/);
    assert.equal(csv.split("\r\n").length, all.length + 2);
    assert.ok(all.some(({ userAgent }) => userAgent === "=1+1"));
    assert.match(csv, /,'=1\+1,/);
    assert.doesNotMatch(csv, /(^|,)"?[=@]/m);
  } finally {
    await ada.close();
  }
});

test("a keyboard opens the table of a plot", async () => {
  const ada = await openBrowser(demo);
  try {
    await ada.signIn("ada");
    await openReports(ada);
    const details = ada.page.locator("hallpass-reports [data-figure=by-agent] details");
    assert.equal(await details.getAttribute("open"), null);
    await details.locator("summary").focus();
    await ada.page.keyboard.press("Enter");
    assert.notEqual(await details.getAttribute("open"), null);
    await details.locator("table").waitFor();
  } finally {
    await ada.close();
  }
});

test("without the chart library the tables stand open", async () => {
  const ada = await openBrowser(demo);
  try {
    await ada.signIn("ada");
    await ada.page.route(/assets\/.*\.js$/, async (route) => {
      const response = await route.fetch();
      if ((await response.text()).includes("categoryPercentage")) await route.abort();
      else await route.fulfill({ response });
    });
    await ada.goto("/reports");
    await ada.page.locator("hallpass-reports [data-figure=by-agent] table").waitFor();
    assert.equal(await ada.page.locator("hallpass-reports canvas").count(), 0);
    assert.deepEqual(await rowsOf(ada.page, "by-agent"), [["Jan", "2"]]);
  } finally {
    await ada.close();
  }
});

test("an agent is told that reports are not for them", async () => {
  const jan = await openBrowser(demo);
  try {
    await jan.signIn("jan");
    assert.equal(await jan.page.locator("nav a[href='/reports']").count(), 0);
    await jan.goto("/reports");
    await jan.page.locator("hallpass-reports [part~=problem]").waitFor();
    assert.equal(await jan.page.locator("hallpass-reports figure").count(), 0);
  } finally {
    await jan.close();
  }
});

const variants = {
  "english-light": { locale: "en-GB", colorScheme: "light" },
  "dutch-dark": { locale: "nl-NL", colorScheme: "dark" },
  narrow: { locale: "nl-NL", colorScheme: "light", viewport: { width: 320, height: 640 } },
};

for (const [name, options] of Object.entries(variants)) {
  test(`nothing for axe to complain about: ${name}`, async () => {
    const ada = await openBrowser(demo, { ...options, bypassCSP: true });
    try {
      await ada.signIn("ada");
      await openReports(ada);
      await ada.page.locator("hallpass-reports details").evaluateAll((all) => all.forEach((each) => (each.open = true)));
      await ada.picture(`reports-${name}`);
      assert.deepEqual(await violations(ada.page), []);
      const wide = await ada.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} px wider than the screen`);
    } finally {
      await ada.close();
    }
  });
}
