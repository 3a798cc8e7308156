// What a page loads to ask for consent and to show the banner: both elements, the client and the core,
// bundled and minified as a host would, each file compressed with brotli. And how soon after its data
// the banner is on the screen of a page that has just been opened.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { ratio, report } from "./core/measure.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const { build } = createRequire(join(root, "js/package.json"))("esbuild");
const { serveGallery } = await import(join(root, "tests/elements/gallery.mjs"));
const { openBrowser } = await import(join(root, "tests/browser/stage.mjs"));

const mostBytes = 60_000;
const mostMs = 100;
const visits = 9;

/** The page's own script: all of the client, both elements, and what these use of the core. */
async function bundle() {
  const folder = mkdtempSync(join(tmpdir(), "hallpass-weight-"));
  try {
    const entry = join(folder, "page.js");
    const dist = join(root, "js/dist");
    writeFileSync(entry, `export * from "${dist}/client.js";\nimport "${dist}/elements/banner.js";\nimport "${dist}/elements/consent-prompt.js";\n`);
    const { outputFiles } = await build({
      entryPoints: [entry], bundle: true, minify: true, format: "esm", target: "es2022", charset: "utf8", write: false,
      legalComments: "none", conditions: ["browser"], nodePaths: [join(root, "js/node_modules")],
      alias: { "#core-module": join(dist, "load/browser.js") },
      external: ["./inlined.js"], // only where core.wasm cannot be had
    });
    return outputFiles[0].contents;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from the session's being known to the frame that shows the banner. */
async function bannerOnScreen() {
  const gallery = await serveGallery();
  const viewer = await openBrowser({ url: gallery.url });
  try {
    const times = [];
    for (let visit = 0; visit < visits; visit++) {
      const page = await viewer.context.newPage();
      await page.goto(`${gallery.url}/gallery/page.html`);
      await page.waitForFunction(() => globalThis.gallery !== undefined);
      times.push(await page.evaluate(async () => {
        const { act, now } = globalThis.gallery;
        const from = performance.now();
        act({ offsetMs: now - Date.now() });
        const bar = () => document.querySelector("hallpass-banner").shadowRoot.querySelector(".bar");
        do await new Promise((next) => requestAnimationFrame(next)); while (bar() === null || bar().offsetHeight === 0);
        await new Promise((painted) => { // a task after the frame: it has been painted
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = painted;
          port2.postMessage(null);
        });
        return performance.now() - from;
      }));
      await page.close();
    }
    return times.sort((a, b) => a - b);
  } finally {
    await viewer.close();
    await gallery.stop();
  }
}

const script = brotliCompressSync(await bundle()).length;
const core = brotliCompressSync(readFileSync(join(root, "js/dist/core.wasm"))).length;
report("weight.script", script / 1000, "KB");
report("weight.core", core / 1000, "KB");
report("weight.all", (script + core) / 1000, "KB");
ratio("weight.all/60KB", (script + core) / mostBytes, 1, "at most");

const times = await bannerOnScreen();
report("banner.median", times[Math.floor(times.length / 2)], "ms");
report("banner.slowest", times.at(-1), "ms");
ratio("banner.slowest/100ms", times.at(-1) / mostMs, 1, "at most");
