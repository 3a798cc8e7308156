// In front of an application: act-as requests reach it only while the user allows them.
import { env } from "cloudflare:workers";
import { createGuard, scopesByRoute } from "hallpass/edge";

export default {
  fetch: createGuard(
    {
      issuer: env.HALLPASS_URL,
      audience: "farm",
      keys: `${env.HALLPASS_URL}/.well-known/jwks.json`,
      revocation: { maxAgeSeconds: 1 }, // a withdrawal holds within a second
      requiredScopes: scopesByRoute([
        { methods: ["GET"], path: "/parcels", scopes: ["parcels:read"] },
        { methods: ["POST"], path: "/parcels", scopes: ["parcels:write"] },
      ]), // what is not listed is closed to support staff
      report: { url: env.HALLPASS_URL }, // every read and write is on record
    },
    (request) => {
      const { pathname, search } = new URL(request.url);
      const onward = new Request(env.ORIGIN + pathname + search, request);
      onward.headers.set("X-Edge-Secret", env.EDGE_SECRET); // so that the origin believes nobody else
      return fetch(onward);
    },
  ),
};
