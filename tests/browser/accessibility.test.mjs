// axe-core on every screen, in both languages and themes, on a wide and on a narrow screen.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { violations } from "./axe.mjs";
import { openBrowser, startDemo } from "./stage.mjs";

const hostile = `<img src=x onerror="document.title='run'"> & "quotes" ${"unbroken".repeat(30)}`;

let demo;

before(async () => {
  demo = await startDemo();
});

after(() => demo?.stop());

/** No violation, and nothing that sticks out of the screen. */
async function check(person, name) {
  await person.picture(name);
  assert.deepEqual(await violations(person.page), [], name);
  const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${name} is ${wide} px wider than the screen`);
}

const part = (element, name) => `hallpass-${element} button[part~=${name}]`;

async function walk(piet, jan, prefix) {
  await piet.goto("/");
  await piet.page.locator(".person").first().waitFor();
  await check(piet, `${prefix}-sign-in`);
  await piet.signIn("piet");
  await piet.page.locator("polygon.field").first().waitFor();
  await check(piet, `${prefix}-parcels`);
  await jan.signIn("jan");
  await jan.page.locator(".tickets a").first().waitFor();
  await check(jan, `${prefix}-tickets`);
  await jan.goto("/tickets/T-1");
  await jan.page.locator(part("agent-panel", "request")).click();
  await jan.page.locator("hallpass-agent-panel textarea").fill("abc");
  await jan.page.locator(part("agent-panel", "send")).click();
  await jan.page.locator("hallpass-agent-panel .hint.error").waitFor();
  await check(jan, `${prefix}-request-error`);
  await jan.page.locator("hallpass-agent-panel textarea").fill(hostile);
  await jan.page.locator(part("agent-panel", "send")).click();
  await jan.page.locator("hallpass-agent-panel .notice.wait").waitFor();
  await check(jan, `${prefix}-waiting`);
  await piet.goto("/tickets/T-1");
  await piet.page.locator("hallpass-consent-prompt #one_week-end .exact").waitFor();
  await check(piet, `${prefix}-prompt`);
  assert.notEqual(await piet.page.title(), "run");
  await piet.page.locator(part("consent-prompt", "pick")).click();
  await piet.page.locator("hallpass-consent-prompt input[type=date]").fill("2020-01-01");
  await piet.page.locator("hallpass-consent-prompt #date-end.error").waitFor();
  await check(piet, `${prefix}-date`);
  await piet.page.locator(part("consent-prompt", "back")).click();
  await piet.page.locator(part("consent-prompt", "end_of_today")).click();
  await piet.page.locator(part("consent-prompt", "withdraw")).waitFor();
  await check(piet, `${prefix}-granted`);
  await jan.page.locator("hallpass-agent-panel .notice.good").waitFor();
  await jan.page.locator(part("agent-panel", "impersonate")).click();
  await jan.page.locator("hallpass-start-dialog dialog").waitFor();
  await check(jan, `${prefix}-start-dialog`);
  await jan.page.locator(part("start-dialog", "start")).click();
  await jan.page.locator("polygon.field").first().waitFor();
  await jan.page.locator("hallpass-banner .bar").waitFor();
  await check(jan, `${prefix}-banner`);
  await piet.goto("/access");
  await piet.page.locator("hallpass-my-access li").first().waitFor();
  await check(piet, `${prefix}-my-access`);
  await piet.page.locator(part("consent-prompt", "withdraw")).click();
  await jan.page.locator("[role=alert] a").waitFor();
  await check(jan, `${prefix}-ended`);
}

async function administer(ada, prefix) {
  await ada.signIn("ada");
  await ada.goto("/users");
  await ada.page.locator("hallpass-users li").first().waitFor();
  await ada.page.locator("hallpass-users [data-user=els] button[part~=ban-els]").click();
  await check(ada, `${prefix}-users`);
  await ada.goto("/sessions");
  await ada.page.locator("hallpass-sessions p").first().waitFor();
  await check(ada, `${prefix}-sessions`);
}

/** Presses Tab until the button of that name has the focus, through shadow roots. */
async function tabTo(page, name) {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return at?.textContent.trim();
    });
    if (focused === name) return;
  }
  assert.fail(`the keyboard does not reach ${name}`);
}

test("a keyboard is enough to ask, to answer and to withdraw", async () => {
  const [piet, jan] = await Promise.all([openBrowser(demo), openBrowser(demo)]);
  try {
    await piet.signIn("piet");
    await jan.signIn("jan");
    await jan.goto("/tickets/T-3");
    await jan.page.locator(part("agent-panel", "request")).waitFor();
    await tabTo(jan.page, "Request access");
    await jan.page.keyboard.press("Enter");
    await jan.page.keyboard.type("The colours of the crops look alike");
    await tabTo(jan.page, "Send request");
    await jan.page.keyboard.press("Enter");
    await piet.goto("/tickets/T-3");
    await piet.page.locator("hallpass-consent-prompt #end_of_today-end .exact").waitFor();
    await tabTo(piet.page, "Tomorrow");
    await piet.page.keyboard.press("Space");
    await piet.page.locator(part("consent-prompt", "withdraw")).waitFor();
    await tabTo(piet.page, "Withdraw access");
    await piet.page.keyboard.press("Enter");
    await piet.page.getByText("You have withdrawn access.").waitFor();
    await jan.page.locator("hallpass-agent-panel").getByText("Access withdrawn").waitFor();
  } finally {
    await Promise.all([piet.close(), jan.close()]);
  }
});

const variants = {
  "english-light": { locale: "en-GB", colorScheme: "light" },
  "dutch-dark": { locale: "nl-NL", colorScheme: "dark" },
  "narrow": { locale: "nl-NL", colorScheme: "light", viewport: { width: 320, height: 640 } },
};

for (const [name, options] of Object.entries(variants)) {
  test(`nothing for axe to complain about: ${name}`, async () => {
    // axe has to be put into the page; the other tests run under the policy as it is.
    const people = await Promise.all([1, 2, 3].map(() => openBrowser(demo, { ...options, bypassCSP: true })));
    try {
      await walk(people[0], people[1], `axe-${name}`);
      await administer(people[2], `axe-${name}`);
    } finally {
      await Promise.all(people.map((person) => person.close()));
    }
  });
}
