// A folder served on the loopback, and a page of it opened in Chromium.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { browserFlags, chromium, wholeChromium } from "../browser/stage.mjs";

const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };
const withinMs = 30_000;

async function serve(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://x").pathname);
    try {
      const bytes = await readFile(join(folder, path));
      response.writeHead(200, { "Content-Type": types[extname(path)] ?? "application/octet-stream" });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** @returns what the page at `url` has put into `globalThis.result`, and Chromium's version */
export async function resultOf(url) {
  const browser = await chromium.launch({ executablePath: process.env.HALLPASS_CHROMIUM ?? wholeChromium, args: browserFlags });
  try {
    const page = await browser.newPage();
    const failed = new Promise((_, reject) => page.on("pageerror", reject));
    await page.goto(url);
    await Promise.race([failed, page.waitForFunction("globalThis.result !== undefined", undefined, { timeout: withinMs })]);
    return { result: await page.evaluate("globalThis.result"), version: `Chromium ${browser.version()}` };
  } finally {
    await browser.close();
  }
}

/** The same for a page of a folder. */
export async function openPage(folder, page) {
  const server = await serve(folder);
  try {
    return await resultOf(`http://127.0.0.1:${server.address().port}/${page}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
