// What a handler's request says, where the guard annotates it and where it is told not to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createGuard } from "../../js/dist/edge.js";
import { audience, claims, issuer, jwks, makeKey, now, sign } from "./issuer.mjs";

const key = await makeKey("EdDSA");
const rules = { issuer, audience, keys: jwks(key), now: () => now };
const authorization = `Bearer ${await sign(key, claims())}`;
const evil = {
  "Hallpass-Subject": "evil", Hallpass_Actor: "evil", "Hallpass-Else": "evil",
  "X-HTTP-Method-Override": "DELETE", Connection: "keep-alive, hallpass-subject",
};

/** A guard, and what its handler was last called with. */
function guarded(more) {
  const reached = {};
  const guard = createGuard({ ...rules, ...more }, (request, _env, _context, session) => {
    Object.assign(reached, { request, session });
    return new Response("yes");
  });
  return { guard, reached };
}
const requestWith = (headers) => new Request("https://app.example/cases/1?x=1", { method: "POST", body: "text", headers });

test("without annotation the request passes as it came, and the session beside it", async () => {
  const { guard, reached } = guarded({ annotate: false });
  for (const round of ["first", "again"]) {
    const request = requestWith({ Authorization: authorization });
    assert.equal((await guard(request)).status, 200, round);
    assert.equal(reached.request, request);
    assert.equal(reached.session.subject, "user_12345");
  }
});

for (const annotate of [true, false]) {
  test(`what came from outside never reaches the handler, annotate: ${annotate}`, async () => {
    const { guard, reached } = guarded({ annotate });
    for (const round of ["first", "again"]) {
      assert.equal((await guard(requestWith({ Authorization: authorization, Accept: "text/plain", ...evil }))).status, 200, round);
      const told = Object.fromEntries(reached.request.headers);
      assert.doesNotMatch(JSON.stringify(told), /evil|DELETE/);
      assert.equal(told["hallpass-subject"], annotate ? "user_12345" : undefined);
      assert.equal(told.connection, undefined);
      assert.equal(told.accept, "text/plain");
      assert.equal(await reached.request.text(), "text");
    }
  });
}

test("a token that was seen before is answered without a promise", async () => {
  const { guard } = guarded({ requiredScopes: ["cases:read"] });
  const ask = () => guard(requestWith({ Authorization: authorization }));
  assert.ok(ask() instanceof Promise);
  assert.equal((await ask()).status, 200);
  assert.equal(ask().status, 200);
});
