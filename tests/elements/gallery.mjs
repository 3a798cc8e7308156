// The gallery, served under the policy that a host is told is enough.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
/** Where what is made of the elements and a framework lies. */
export const framework = join(root, "tests/output/frameworks");
const folders = { js: join(root, "js/dist/browser"), gallery: join(import.meta.dirname, "gallery"), built: framework };
const types = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm",
};

/** Nothing inline, nothing from elsewhere; WebAssembly is the one concession. */
export const strictPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html vue svelte-trusted-html";

async function fileFor(path) {
  if (path === "/core.wasm") return join(root, "js/dist/core.wasm");
  const [, folder, ...rest] = normalize(path).split("/");
  if (folders[folder] === undefined) throw new Error("unknown folder");
  return join(folders[folder], ...rest);
}

/** Serves the gallery on a free port; `routes` answer first: `(request, response) => boolean`. */
export async function serveGallery(route = () => false) {
  const server = createServer(async (request, response) => {
    if (route(request, response)) return;
    try {
      const path = await fileFor(new URL(request.url, "http://x").pathname);
      const bytes = await readFile(path);
      response.writeHead(200, { "Content-Type": types[extname(path)] ?? "application/octet-stream", "Content-Security-Policy": strictPolicy });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
