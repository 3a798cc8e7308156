// Before every route, on the edge: act-as requests reach it only while the user allows them.
import { NextResponse } from "next/server";
import { createGuard, scopesByRoute } from "hallpass/edge";

const { HALLPASS_URL } = process.env;

export const middleware = createGuard(
  {
    issuer: HALLPASS_URL,
    audience: "farm",
    keys: `${HALLPASS_URL}/.well-known/jwks.json`,
    revocation: { maxAgeSeconds: 1 }, // a withdrawal holds within a second
    requiredScopes: scopesByRoute([
      { methods: ["GET"], path: "/parcels", scopes: ["parcels:read"] },
      { methods: ["POST"], path: "/parcels", scopes: ["parcels:write"] },
    ]), // what is not listed is closed to support staff
    report: { url: HALLPASS_URL }, // every read and write is on record
  },
  ({ headers }) => NextResponse.next({ request: { headers } }),
);
