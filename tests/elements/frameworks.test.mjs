// The elements in React, Vue and Svelte, each bundled and used in Chromium under the strict policy.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { compile } from "svelte/compiler";
import { framework as builtInto, serveGallery } from "./gallery.mjs";
import { openBrowser } from "../browser/stage.mjs";

const root = resolve(import.meta.dirname, "../..");
const { build } = createRequire(join(root, "js/package.json"))("esbuild");

const svelte = {
  name: "svelte",
  setup(plugin) {
    plugin.onLoad({ filter: /\.svelte$/ }, ({ path }) => ({
      contents: compile(readFileSync(path, "utf8"), { filename: path, generate: "client", css: "external" }).js.code,
      resolveDir: import.meta.dirname,
    }));
  },
};

let gallery;
let viewer;

before(async () => {
  await build({
    entryPoints: ["react", "vue", "svelte"].map((name) => join(import.meta.dirname, `frameworks/${name}.mjs`)),
    outdir: builtInto, bundle: true, format: "esm", target: "es2022", minify: true, plugins: [svelte], logLevel: "warning",
    conditions: ["browser", "production"], mainFields: ["browser", "module", "main"],
    define: {
      "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
  });
  gallery = await serveGallery();
  viewer = await openBrowser({ url: gallery.url });
});

after(async () => {
  await viewer?.close();
  await gallery?.stop();
});

for (const name of ["react", "vue", "svelte"]) {
  test(`${name}: attributes, properties and events, and a change of ticket`, async () => {
    const { page } = viewer;
    await viewer.goto("/gallery/page.html");
    await page.waitForFunction(() => globalThis.gallery !== undefined);
    await page.evaluate(async (framework) => {
      const [{ mount }, { clientFor }] = await Promise.all([import(`/built/${framework}.js`), import("/gallery/page.js")]);
      globalThis.answers = [];
      const { client, labels } = clientFor("consent-prompt", "asked");
      mount(document.querySelector("main"), { client, labels, onAnswer: (grant) => globalThis.answers.push(grant.status) });
    }, name);
    const prompt = page.locator("hallpass-consent-prompt");
    await prompt.getByText("Change parcels").waitFor(); // a property: what the host calls its scopes
    await prompt.getByRole("button", { name: "Today", exact: true }).click();
    await prompt.getByRole("button", { name: "Withdraw access" }).waitFor();
    assert.deepEqual(await page.evaluate(() => globalThis.answers), ["granted"]);
    await page.locator("#next").click();
    await page.waitForFunction(() => globalThis.gallery.server.calls.some(({ query }) => query.includes("ticketId=T-2")));
    assert.deepEqual(viewer.faults, []);
  });
}
