// Which calls of the client may carry cookies, and take them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HallpassClient } from "../../js/dist/client.js";

/** A client, and how each of its calls was made. */
function watched(bearer) {
  const calls = [];
  const fetch = async (url, { method, credentials, headers }) => {
    calls.push({ url, method, credentials, authorization: new Headers(headers).get("Authorization") });
    return new Response(method === "GET" ? '{"items":[],"nextCursor":null}' : null, { status: method === "GET" ? 200 : 204 });
  };
  return { calls, client: new HallpassClient({ fetch, ...(bearer && { bearer: () => bearer }) }) };
}

test("with a bearer no cookie travels", async () => {
  const { client, calls } = watched("a.b.c");
  await client.myRequests();
  assert.equal(calls[0].credentials, "omit");
  assert.equal(calls[0].authorization, "Bearer a.b.c");
});

test("signing in with a bearer lets the browser keep the cookie", async () => {
  const { client, calls } = watched("a.b.c");
  await client.signIn();
  assert.deepEqual(calls, [
    { url: "/api/v1/session", method: "POST", credentials: "same-origin", authorization: "Bearer a.b.c" },
  ]);
});

test("without a bearer the cookie is all there is", async () => {
  const { client, calls } = watched();
  await client.myRequests();
  assert.deepEqual([calls[0].credentials, calls[0].authorization], ["same-origin", null]);
});
