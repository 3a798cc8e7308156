// The demo's edge: act-as requests to /app/… are verified here and then reach the application; the
// application is reached in no other way. Everything else is hallpassd's, at the same origin.
import { createGuard, scopesByRoute } from "hallpass/edge";

/** What act-as sessions need where; the application checks for itself as well. */
const requiredScopes = scopesByRoute([
  { methods: ["GET"], path: "/app/account", scopes: [] },
  { methods: ["GET"], path: "/app/tickets/*", scopes: ["tickets:read"] },
  { methods: ["GET"], path: "/app/parcels/*", scopes: ["parcels:read"] },
  { methods: ["PUT"], path: "/app/parcels/*", scopes: ["parcels:write"] },
]);

/** What a request touches, as the record calls it. */
function resourceOf(request) {
  const [, kind = "app", id] = new URL(request.url).pathname.split("/").filter(Boolean);
  if (id === undefined) return { type: kind };
  return { type: kind.replace(/s$/, ""), id: decodeURIComponent(id) };
}

/** How far the demo's clock was moved; in production nothing moves it. */
let aheadMs = 0;
const now = () => Date.now() + aheadMs;

async function followDemoClock(request, env) {
  const answer = await env.HALLPASSD.fetch(new URL("/demo/clock", request.url));
  if (!answer.ok) throw new Error(`the demo's clock cannot be read: ${answer.status}`);
  const { nowMs } = await answer.json();
  aheadMs = nowMs - Date.now();
}

function makeGuard(env) {
  const reach = (input, init) => env.HALLPASSD.fetch(input, init);
  return createGuard(
    {
      verifier: {
        issuer: env.ISSUER,
        audience: env.AUDIENCE,
        keys: `${env.ISSUER}/.well-known/jwks.json`,
        // The demo shows that a withdrawal holds for the very next request.
        revocation: { maxAgeSeconds: 0 },
        fetch: reach,
      },
      requiredScopes,
      resourceOf,
      report: { url: env.ISSUER, delayMs: 20, fetch: reach },
      now,
    },
    (request, { APP, APP_SECRET }) => {
      const headers = new Headers(request.headers);
      headers.set("Demo-Edge-Secret", APP_SECRET);
      headers.delete("Authorization"); // the application needs the verified headers, not the token
      return APP.fetch(new Request(request, { headers, redirect: "manual" }));
    },
  );
}

let guard = null;

/** The pages' addresses without their file names. */
function pageFor(pathname) {
  if (/^\/tickets\/[^/]+$/.test(pathname)) return "/ticket.html";
  return /^\/(tickets|parcels|access|sessions|users|switch-user)$/.test(pathname) ? `${pathname}.html` : null;
}

export default {
  async fetch(request, env, context) {
    const url = new URL(request.url);
    if (url.pathname === "/app" || url.pathname.startsWith("/app/")) {
      guard ??= makeGuard(env);
      if (env.DEMO === "true") await followDemoClock(request, env);
      return guard(request, env, context);
    }
    const page = request.method === "GET" || request.method === "HEAD" ? pageFor(url.pathname) : null;
    if (page !== null) {
      url.pathname = page;
      url.search = ""; // a one-time code is the page's to read, and nobody's to log
    }
    return env.HALLPASSD.fetch(new Request(url, new Request(request, { redirect: "manual" })));
  },
};
