// What every guide with pages promises, seen in real Chromium by a user and an agent.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { browserFlags, chromium, chromiumShell } from "../browser/stage.mjs";
import { openGuide } from "./guide.mjs";

const access = "/api/v1/support-access";
const asked = { tenantId: "de-akker", targetUserId: "piet", ticketId: "T-1", reason: "The parcel is not on the map" };

/** @param begin starts the example: `(guide)` → `{ hallpass, url }` */
export function promisesOfAPage(name, begin) {
  describe(name, () => {
    const guide = openGuide(name);
    const faults = [];
    let browser;
    let hallpass;
    let url;
    let piet;
    let jan;
    let grant;

    /** Somebody at a browser of their own, signed in by the page's own form. */
    const signedIn = async (userId) => {
      const page = await (await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Amsterdam" })).newPage();
      page.setDefaultTimeout(10_000);
      page.on("pageerror", ({ message }) => faults.push(message));
      page.on("console", (message) => {
        const refused = message.text().startsWith("Failed to load resource"); // before anybody signed in
        if (message.type() === "error" && !refused) faults.push(message.text());
      });
      await page.goto(url);
      await page.getByLabel("Token").fill(hallpass.bearer(userId));
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText(`Account of ${userId === "piet" ? "Piet de Boer" : "Jan"}`).waitFor();
      return page;
    };
    const prompt = () => piet.locator("hallpass-consent-prompt");
    const status = async () => (await hallpass.call(hallpass.bearer("piet"), "GET", `${access}/grants/${grant.id}`)).status;

    before(async () => {
      const { status: code, stderr } = spawnSync("npm", ["run", "build"], { cwd: guide.folder, encoding: "utf8" });
      assert.equal(code, 0, stderr);
      ({ hallpass, url } = await begin(guide));
      browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? chromiumShell, args: browserFlags });
      piet = await signedIn("piet");
      jan = await signedIn("jan");
    });
    after(async () => {
      await browser?.close();
      await guide.close();
      await hallpass?.stop();
    });

    test("nothing is asked while nobody asks, and then at once", async () => {
      assert.equal(await prompt().getByRole("button").count(), 0);
      const scopes = ["parcels:read", "parcels:write"];
      grant = await hallpass.call(hallpass.bearer("jan"), "POST", `${access}/grants`, { ...asked, scopes });
      await prompt().getByRole("heading", { name: /^Support agent Jan would like/ }).waitFor();
      await prompt().getByText(asked.reason).waitFor();
      for (const label of ["See your parcels", "Change your parcels"]) await prompt().getByLabel(label).waitFor();
      assert.equal(await status(), "pending");
    });

    test("a click grants", async () => {
      await prompt().getByRole("button", { name: "Today", exact: true }).click();
      await prompt().getByRole("button", { name: "Withdraw access" }).waitFor();
      await piet.getByText("Access: granted").waitFor();
      assert.equal(await status(), "granted");
    });

    test("the agent acts under a banner, in a tab that forgets the code", async () => {
      const { uiSwitchUrl } = await hallpass.call(hallpass.bearer("jan"), "POST", `${access}/support-sessions`, asked);
      await jan.goto(uiSwitchUrl);
      await jan.locator("hallpass-banner").getByText("Impersonating: Piet de Boer").waitFor();
      await jan.getByText("Account of Piet de Boer").waitFor();
      assert.equal(jan.url(), `${url}/`);

      const again = await jan.context().newPage();
      await again.goto(uiSwitchUrl);
      await again.getByText("The account could not be opened.").waitFor();
      await again.close();
    });

    test("a withdrawal takes the banner away", async () => {
      await prompt().getByRole("button", { name: "Withdraw access" }).click();
      await jan.locator("hallpass-banner .bar").waitFor({ state: "detached" });
      await jan.getByText("Account of Jan").waitFor();
      await piet.getByText("Access: revoked").waitFor();
      assert.equal(await status(), "revoked");
    });

    test("no script fails, and the content security policy holds", () => assert.deepEqual(faults, []));
  });
}
