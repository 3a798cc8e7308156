// A running server whose answers are held against its own OpenAPI document.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { declaredAt, declaredResponse } from "./declared.mjs";
import { bearer, HallpassServer } from "./hallpass_server.mjs";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "hallpass-openapi-"));
const origin = { "Sec-Fetch-Site": "same-origin" };
export const support = "/api/v1/support-access";
/** The operations that were called. */
export const seen = new Set();
let server;
export let base;
let document;
export let ajv;
const cookies = {};
export const provisioning = "a-provisioning-token-of-32-bytes-or-more";

/** The header of a person, or a service, of the identity provider. */
export const as = (sub, more) => ({ headers: { Authorization: `Bearer ${bearer(sub, more)}` } });
export const service = () => as("edge", { roles: ["service"] });

/** Starts it, with the demo's people signed in. */
export async function serve() {
  writeFileSync(join(folder, "digest"), createHash("sha256").update(provisioning).digest("hex"));
  const people = readFileSync(join(root, "demo/data.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  server = await HallpassServer.start(people, ["--demo", "--provisioning", `tenant=de-akker,digest=${join(folder, "digest")}`]);
  ({ base } = server);
  document = await (await fetch(`${base}/openapi.json`)).json();
  ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(document, "openapi");
  for (const userId of ["piet", "els", "jan", "ada"]) {
    const response = await fetch(`${base}/demo/sign-in`, {
      method: "POST", headers: { ...origin, "Content-Type": "application/json" }, body: JSON.stringify({ userId }),
    });
    assert.equal(response.status, 200);
    cookies[userId] = response.headers.get("set-cookie").split(";")[0];
  }
  return document;
}

export async function stop() {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

const pointer = (...parts) => parts.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");

/** Holds a value against a schema of the document. */
function conforms(value, where, what) {
  const validate = ajv.getSchema(`openapi#/${where}`);
  assert.ok(validate, `the document has no schema for ${what}`);
  assert.ok(validate(value), `${what}: ${JSON.stringify(validate.errors)}\n${JSON.stringify(value)}`);
}

/** A body as that media type spells it. */
const spelt = (body, media) => (media === "application/x-www-form-urlencoded" ? new URLSearchParams(body).toString() : JSON.stringify(body));

/** Calls an endpoint and holds request and answer, or refusal, against the document. */
export async function call(user, method, pattern, { path = pattern, query = "", body, headers = {}, refused = false, status: expected } = {}) {
  const operation = document.paths[pattern]?.[method];
  assert.ok(operation, `${method} ${pattern} is not documented`);
  const what = `${method} ${pattern}`;
  seen.add(what);
  const [sent] = Object.keys(operation.requestBody?.content ?? { "application/json": {} });
  const json = ["paths", pattern, method, "requestBody", "content", sent, "schema"];
  if (body !== undefined && !refused && operation.requestBody) conforms(body, pointer(...json), `the body of ${what}`);
  const stop = new AbortController();
  const response = await fetch(base + path + query, {
    method: method.toUpperCase(), signal: stop.signal,
    headers: {
      ...origin,
      ...(user === null ? {} : { Cookie: cookies[user] }),
      ...(body === undefined ? {} : { "Content-Type": sent }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: spelt(body, sent) }),
  });
  const { status } = response;
  const media = (response.headers.get("content-type") ?? "").split(";")[0];
  const text = media === "text/event-stream" ? "" : await response.text();
  stop.abort(); // of a stream, which has no end, the head was all that was asked for
  if (expected !== undefined) assert.equal(status, expected, `${what}: ${text}`);
  assert.equal(status >= 400, refused, `${what} answered ${status}: ${text}`);
  const place = declaredAt(document, pattern, method, status, what);
  const { content } = declaredResponse(document, place);
  if (content === undefined) {
    assert.equal(text, "", what);
    return null;
  }
  assert.ok(Object.hasOwn(content, media), `${what}: ${media} is not declared`);
  const value = media.endsWith("json") ? JSON.parse(text) : text;
  conforms(value, pointer(...place, "content", media, "schema"), what);
  return value;
}
