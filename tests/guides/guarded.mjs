// What every guide with a guard promises, asked over HTTP of the running example.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openGuide, until } from "./guide.mjs";
import { startHallpass } from "./hallpass.mjs";

/**
 * @param begin starts the example: `(guide, hallpass)` → its address
 * @param path where it lists parcels as `{ user, actor, parcels }`, with `parcels:read`; POST needs more
 */
export function promisesOfAGuard(name, begin, { path = "/parcels" } = {}) {
  describe(name, () => {
    const guide = openGuide(name);
    let hallpass;
    let url;
    let grant;
    let acting;

    const ask = async (headers, method = "GET") => {
      const response = await fetch(url + path, {
        method,
        headers: { ...headers, ...(method === "POST" && { "Content-Type": "application/json" }) },
        ...(method === "POST" && { body: '{"name":"Nieuwland"}' }),
      });
      const text = await response.text();
      return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : null };
    };
    const asJan = (method) => ask({ Authorization: `Bearer ${acting.token}` }, method);

    before(async () => {
      hallpass = await startHallpass();
      url = await begin(guide, hallpass);
      grant = await hallpass.consent();
      acting = await hallpass.act(["parcels:read"]);
    });
    after(async () => {
      await guide.close();
      await hallpass?.stop();
    });

    test("its own users notice nothing", async () => {
      const { status, body } = await ask({ "X-Demo-User": "els" });
      assert.equal(status, 200);
      assert.deepEqual({ user: body.user, actor: body.actor ?? null, parcels: body.parcels }, { user: "els", actor: null, parcels: ["De Meent"] });
    });

    test("nobody becomes a user by the headers that the guard gives", async () => {
      assert.equal((await ask({ "Hallpass-Subject": "piet" })).status, 401);
    });

    test("the agent sees what the user sees, and it is on record", async () => {
      const { status, body } = await asJan();
      assert.equal(status, 200);
      assert.deepEqual([body.user, body.actor, body.parcels], ["piet", "jan", ["Akkerzicht"]]);
      const record = `/api/v1/support-access/support-sessions/${acting.session.id}/audit-logs`;
      const entry = await until(async () => {
        const { items } = await hallpass.call(hallpass.bearer("jan"), "GET", record);
        return items.find(({ event }) => event === "resource_read");
      }, "the read is on record");
      assert.equal(entry.method, "GET");
    });

    test("what the session does not carry is refused", async () => {
      const { status, body } = await asJan("POST");
      assert.deepEqual([status, body.error], [403, "INSUFFICIENT_SCOPE"]);
    });

    test("no header names another method or address than the one that was judged", async () => {
      for (const name of ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL"]) {
        assert.equal((await ask({ Authorization: `Bearer ${acting.token}`, [name]: name.endsWith("URL") ? "/admin" : "DELETE" })).status, 200, name);
      }
    });

    test("a token that was tampered with is refused", async () => {
      const [header, , signature] = acting.token.split(".");
      const claims = JSON.parse(Buffer.from(acting.token.split(".")[1], "base64url"));
      const forged = Buffer.from(JSON.stringify({ ...claims, sub: "els" })).toString("base64url");
      const { status, body } = await ask({ Authorization: `Bearer ${header}.${forged}.${signature}` });
      assert.deepEqual([status, body.error], [401, "TOKEN_SIGNATURE_INVALID"]);
    });

    test("once the user has withdrawn, the token is refused", async () => {
      await grant.withdraw();
      const refused = await until(async () => {
        const answer = await asJan();
        return answer.status !== 200 && answer;
      }, "the withdrawal holds");
      assert.deepEqual([refused.status, refused.body.error], [401, "TOKEN_REVOKED"]);
    });
  });
}
