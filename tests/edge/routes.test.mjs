// What a table of routes asks for, however the address is spelt.
import assert from "node:assert/strict";
import { test } from "node:test";
import { scopesByRoute } from "../../js/dist/edge.js";

test("another spelling of an address never needs less than the address itself", () => {
  const required = scopesByRoute([
    { path: "/app/admin", scopes: ["account:manage"] },
    { methods: ["GET"], path: "/app/parcels/*", scopes: ["parcels:read"] },
    { path: "/app/*", scopes: ["parcels:read"] },
  ]);
  const scopesOf = (path) => required(new Request(`https://app.example${path}`));
  assert.deepEqual(scopesOf("/app/admin"), ["account:manage"]);
  for (const path of ["/app/Admin", "/app/admin/", "/app/%41dmin", "/app//admin", "/app/x;/admin", "/app/%2561dmin", "/app/%25%36%31dmin"]) {
    assert.equal(scopesOf(path), null, path);
  }
  for (const path of ["/app/parcels/", "/app/parcels/P-7", "/app/Parcels", "/app/x", "/app/100%25", "/app/parcels/50%25%20off"]) {
    assert.deepEqual(scopesOf(path), ["parcels:read"], path);
  }
  assert.equal(scopesOf("/elsewhere"), null);
});

test("HEAD needs what GET needs, and is not let through by a later, weaker route", () => {
  const required = scopesByRoute([
    { methods: ["GET"], path: "/app/invoices", scopes: ["invoices:read"] },
    { methods: ["HEAD"], path: "/app/parcels", scopes: ["parcels:probe"] },
    { methods: ["GET"], path: "/app/parcels", scopes: ["parcels:read"] },
    { path: "/app/*", scopes: [] },
  ]);
  const scopesOf = (method, path) => required(new Request(`https://app.example${path}`, { method }));
  for (const method of ["GET", "HEAD"]) {
    assert.deepEqual(scopesOf(method, "/app/invoices"), ["invoices:read"], method);
  }
  assert.deepEqual(scopesOf("HEAD", "/app/parcels"), ["parcels:probe"]);
  assert.deepEqual(scopesOf("GET", "/app/parcels"), ["parcels:read"]);
  assert.deepEqual(scopesOf("OPTIONS", "/app/invoices"), []);
});
