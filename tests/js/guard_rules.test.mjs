// The guard's rules: what might be taken for closed is closed, and what happens is on record.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createGuard, scopesByRoute } from "../../js/dist/edge.js";
import { audience, claims, issuer, jwks, makeKey, now, sign } from "./issuer.mjs";

const key = await makeKey("EdDSA");
const token = await sign(key, claims());
const rules = { issuer, audience, keys: jwks(key), now: () => now };
const ok = (_request, _env, _context, session) => new Response(session === null ? "somebody" : "acted");
const request = (path, { headers, ...init } = {}) =>
  new Request(`https://app.example${path}`, { ...init, headers: { Authorization: `Bearer ${token}`, ...headers } });
const problemOf = async (response) => [response.status, (await response.json()).error];

/** A companion server of the test's own: away, or takes events. */
function recorder() {
  const stage = { away: false, events: [] };
  const fetch = async (_url, { body }) => {
    if (stage.away) throw new TypeError("away");
    stage.events.push(...JSON.parse(body).events);
    return new Response(null, { status: 202 });
  };
  stage.report = { url: "https://support.example", delayMs: 0, fetch };
  return stage;
}

test("whatever resourceOf gives, the access is answered and on record", async () => {
  const said = mock.method(console, "error", () => {});
  try {
    const { report, events } = recorder();
    const good = [() => ({ type: "case", id: "7" }), () => ({ type: "case" })];
    const odd = [
      () => ({ type: "case", id: 42 }), () => ({ type: "case", id: null }), () => ({ type: 7 }), () => ({ id: "7" }), () => ({}), () => null,
      () => undefined, () => "case", async () => ({ type: "case" }), () => Promise.reject(new Error("late")),
      () => { throw new Error("broken"); },
      () => ({ get type() { throw new Error("broken"); } }),
    ];
    for (const resourceOf of [...good, ...odd]) {
      const guard = createGuard({ ...rules, report, resourceOf }, ok);
      const response = await guard(request("/cases/7/notes"));
      assert.equal(await response.text(), "acted", String(resourceOf));
      assert.equal(await guard.flush(), 0);
    }
    const seen = events.map(({ resourceType, resourceId }) => [resourceType, resourceId]);
    assert.deepEqual(seen, [["case", "7"], ["case", undefined], ...odd.map(() => ["cases", "7/notes"])]);
    assert.equal(said.mock.callCount(), odd.length);
  } finally {
    said.mock.restore();
  }
});

test("a guard that cannot be made says so at once, and lets no session through", async () => {
  const said = mock.method(console, "error", () => {});
  try {
    const guard = createGuard({ ...rules, issuer: undefined }, ok);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(said.mock.calls.map(({ arguments: [, cause] }) => [cause.name, cause.field]), [["HallpassConfigurationError", "issuer"]]);
    await assert.rejects(async () => guard(request("/x")), { name: "HallpassConfigurationError" });
    assert.equal(await (await guard(new Request("https://app.example/x"))).text(), "somebody");
    assert.equal(said.mock.callCount(), 1);
  } finally {
    said.mock.restore();
  }
});

test("another method in the query is refused, in whatever spelling, with routes and with read-only", async () => {
  const routes = [
    { methods: ["GET"], path: "/cases/*", scopes: ["cases:read"] },
    { methods: ["DELETE"], path: "/cases/*", scopes: ["cases:delete"] },
  ];
  const guards = { routes: createGuard({ ...rules, requiredScopes: scopesByRoute(routes) }, ok), readOnly: createGuard({ ...rules, readOnly: true }, ok) };
  const overrides = [
    "_method", "_METHOD", "%5fmethod", "_%6dethod", "_method[]", "_method%5B0%5D", "-method", ".method", "[method", "%20_method",
    "X-HTTP-Method-Override", "x_http_method_override", "X-Method-Override", "X-HTTP-Method",
  ];
  for (const [name, guard] of Object.entries(guards)) {
    for (const each of overrides) {
      for (const query of [`?${each}=DELETE`, `?a=1&${each}=DELETE`, `?a=1;${each}=DELETE`, `?${each}`]) {
        assert.deepEqual(await problemOf(await guard(request(`/cases/1${query}`))), [403, "FORBIDDEN"], `${name} ${query}`);
      }
    }
    for (const query of ["", "?", "?method=post", "?a=_method", "?payment_method=card", "?token=x&100%", "?_methods=1"]) {
      assert.equal((await guard(request(`/cases/1${query}`))).status, 200, `${name} ${query}`);
    }
    const other = new Request("https://app.example/cases/1?_method=DELETE", { method: "POST" });
    assert.equal(await (await guard(other)).text(), "somebody");
  }
});

test("another method or address in a header does not reach the application, in whatever spelling", async () => {
  for (const annotate of [true, false]) {
    const guard = createGuard({ ...rules, annotate }, ({ headers }) => Response.json(Object.fromEntries(headers)));
    for (const name of ["X-HTTP-Method-Override", "X_HTTP_METHOD_OVERRIDE", "X-Method-Override", "x_method-override", "X-HTTP-Method", "x_http_method",
      "X.HTTP.Method.Override", "x~http~method", "X-HTTP.Method_Override", "X-Original-URL", "X_Rewrite_URL"]) {
      const seen = await (await guard(request("/cases/1", { headers: { [name]: "DELETE", "X-Other": "kept" } }))).json();
      assert.equal(seen["x-other"], "kept");
      assert.doesNotMatch(JSON.stringify(seen), /DELETE/, name);
    }
  }
});

test("each header that asks for another protocol is enough", async () => {
  const guard = createGuard(rules, ok);
  for (const headers of [{ "Sec-WebSocket-Key": "x" }, { Upgrade: "websocket" }, { "Sec-WebSocket-Version": "13" }]) {
    assert.deepEqual(await problemOf(await guard(request("/x", { headers }))), [403, "FORBIDDEN"]);
  }
  assert.equal((await createGuard({ ...rules, allowUpgrades: true }, ok)(request("/x", { headers: { Upgrade: "websocket" } }))).status, 200);
});

test("no spelling of the guard's own headers comes from outside: some servers read any mark as a hyphen", async () => {
  const guard = createGuard(rules, ({ headers }) => Response.json([...headers.keys()]));
  const marks = [..."-_.~!#$%&'*+^`|"]; // all that a header's name may have (RFC 9110 section 5.6.2)
  const headers = { ...Object.fromEntries(marks.map((mark) => [`Hallpass${mark}Subject`, "evil"])), "Hallpasses-x": "kept", "X-Hallpass": "kept" };
  const others = new Request("https://app.example/cases/1", { headers });
  assert.deepEqual(await (await guard(others)).json(), ["hallpasses-x", "x-hallpass"]);
  const seen = await (await guard(request("/cases/1", { headers }))).json();
  assert.deepEqual(seen.filter((name) => name.includes("subject")), ["hallpass-subject"]);
});

test("scopes may be one text, as a verifier takes them", async () => {
  for (const requiredScopes of ["cases:read cases:delete", () => "cases:read cases:delete"]) {
    const response = await createGuard({ ...rules, requiredScopes }, ok)(request("/cases/1"));
    assert.match(response.headers.get("WWW-Authenticate"), /, scope="cases:read cases:delete"$/);
    assert.deepEqual(await problemOf(response), [403, "INSUFFICIENT_SCOPE"]);
  }
});

test("a rule that is no boolean, or no address, is refused at set-up; one that names no scopes closes", async () => {
  for (const name of ["readOnly", "allowUpgrades"]) {
    for (const value of [1, 0, "yes", "", null, {}]) {
      assert.throws(() => createGuard({ ...rules, [name]: value }, ok), { name: "HallpassConfigurationError", field: name });
    }
    for (const value of [true, false, undefined]) createGuard({ ...rules, [name]: value }, ok);
  }
  for (const url of [undefined, "", "support.example", "/api", "ftp://support.example"]) {
    assert.throws(() => createGuard({ ...rules, report: { url } }, ok), { name: "HallpassConfigurationError", field: "report.url" });
  }
  const table = { "/cases": ["cases:read"] };
  const guard = createGuard({ ...rules, requiredScopes: ({ url }) => table[new URL(url).pathname] }, ok);
  assert.equal((await guard(request("/cases"))).status, 200);
  assert.deepEqual(await problemOf(await guard(request("/admin"))), [403, "FORBIDDEN"]);
});

test("an act-as token in the query is refused, whatever else the request carries", async () => {
  const guard = createGuard(rules, ok);
  const opaque = { Authorization: "Bearer opaque" };
  const foreign = await sign(key, claims({ act_as: undefined }));
  for (const name of ["access_token", "access%5ftoken", "ACCESS_TOKEN", "access-token", "access_token[]"]) {
    for (const query of [`?${name}=${token}`, `?a=1&${name}=${token}`, `?${name}=opaque&${name}=${token}`, `?${name}=${token.replaceAll(".", "%2E")}`]) {
      for (const headers of [{}, opaque]) {
        assert.deepEqual(await problemOf(await guard(request(`/x${query}`, { headers }))), [401, "TOKEN_MALFORMED"], query);
      }
    }
    for (const value of ["opaque", "", foreign]) assert.equal((await guard(request(`/x?${name}=${value}`, { headers: opaque }))).status, 200);
  }
});

test("what could not be sent goes with anybody's request, by itself later, and with flush", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  try {
    const turns = async () => {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    };
    const pass = async (milliseconds) => {
      for (let at = 0; at < milliseconds; at += 200) {
        mock.timers.tick(200);
        await turns();
      }
    };
    for (const comeBack of ["other", "timer", "flush"]) {
      const stage = recorder();
      stage.away = true;
      const given = [];
      const context = { waitUntil: (promise) => given.push(promise) };
      const guard = createGuard({ ...rules, report: stage.report }, ok);
      await turns();
      assert.equal((await guard(request("/x"), undefined, undefined)).status, 200);
      await pass(26_000);
      stage.away = false;
      assert.equal(stage.events.length, 0);
      if (comeBack === "other") {
        assert.equal(await (await guard(new Request("https://app.example/other"), undefined, context)).text(), "somebody");
        assert.equal(given.length, 1);
        await pass(400);
      } else if (comeBack === "timer") {
        await pass(10_000);
      } else {
        const flushed = guard.flush();
        await pass(400);
        assert.equal(await flushed, 0);
      }
      assert.equal(stage.events.length, 1, comeBack);
      await guard(new Request("https://app.example/other"), undefined, context);
      assert.ok(given.length <= 1, "nothing is left to send");
    }
  } finally {
    mock.timers.reset();
  }
});

test("without a recorder there is nothing to flush", async () => {
  assert.equal(await createGuard(rules, ok).flush(), 0);
});

test("the runtime is given what it must wait for until an access is on record, a refused one too", async () => {
  for (const [rule, handler, expected] of [[{}, async () => new Response("late"), 200], [{ readOnly: true }, ok, 403]]) {
    const { report, events } = recorder();
    const guard = createGuard({ ...rules, ...rule, report }, handler);
    await guard(request("/first", { method: "POST" }));
    await guard.flush();
    const given = [];
    const answering = guard(request("/x", { method: "POST" }), undefined, { waitUntil: (promise) => given.push(promise) });
    assert.ok(given.length > 0, "before anything is waited for");
    for (let at = 0; at < given.length; at++) await given[at]; // the answer itself is nobody's any more
    assert.deepEqual(events.map(({ path, status }) => [path, status]), [["/first", expected], ["/x", expected]]);
    assert.equal((await answering).status, expected);
  }
});
