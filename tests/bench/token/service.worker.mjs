// One small service: as it stands under /open, behind the guard under /guarded (under /unannotated without headers
// for an origin, which it does not have; under /recorded with the record), behind jose under /jose. /again is /open
// once more and tells how far two figures differ for no reason; /copied gives the service nothing but a copy of the
// request, which annotation cannot do without. The guard also looks the token up in its status list and needs a scope.
import { env } from "cloudflare:workers";
import { importJWK, jwtVerify } from "jose";
import { createGuard } from "../../../js/dist/edge.js";

const { alg, jwk, list, issuer, audience } = env.SETTINGS.token;
const key = await importJWK(jwk, alg);

function service(request) {
  const { pathname } = new URL(request.url);
  const body = { path: pathname, accept: request.headers.get("Accept"), items: Array.from({ length: 20 }, (_, id) => ({ id })) };
  return Response.json(body);
}

const rules = {
  issuer,
  audience,
  keys: { keys: [jwk] },
  revocation: { maxAgeSeconds: 3600, maxStaleSeconds: 7200 },
  requiredScopes: ["cases:read"],
  fetch: async () => new Response(list),
};
const guarded = createGuard(rules, service);
const recorded = createGuard(
  { ...rules, report: { url: "https://record.example", fetch: async () => new Response(null, { status: 202 }) } },
  service,
);

async function behindJose(request) {
  const token = request.headers.get("Authorization").slice(7);
  const { payload } = await jwtVerify(token, key, { issuer, audience, typ: "at+jwt", algorithms: [alg] });
  const headers = new Headers(request.headers);
  headers.set("Hallpass-Subject", payload.sub);
  return service(new Request(request, { headers }));
}

const unannotated = createGuard({ ...rules, annotate: false }, service);
const copied = (request) => service(new Request(request));
const ways = { open: service, again: service, guarded, unannotated, recorded, copied, jose: behindJose };

export default {
  fetch(request, bindings, context) {
    const [, way] = new URL(request.url).pathname.split("/");
    return ways[way](request, bindings, context);
  },
};
