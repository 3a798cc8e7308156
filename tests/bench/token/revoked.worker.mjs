// Guarded in two ways: /polled asks for the status list each second, /pushed also hears of revocations.
import { env } from "cloudflare:workers";
import { createGuard, revocationEvents } from "../../../js/dist/edge.js";

const { issuer, audience } = env.SETTINGS;
const guarded = (revocation) =>
  createGuard({ issuer, audience, keys: `${issuer}/.well-known/jwks.json`, revocation }, () => new Response("ok"));
const ways = {
  polled: guarded({ maxAgeSeconds: 1 }),
  pushed: guarded({ maxAgeSeconds: 1, push: revocationEvents({ url: `${issuer}/api/v1/token-status/events` }) }),
};

export default {
  fetch: (request, bindings, context) => ways[new URL(request.url).pathname.slice(1)](request, bindings, context),
};
