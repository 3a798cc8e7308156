// A caller who goes away before the answer: what was done is on record all the same.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { audience, claims, issuer, jwks, makeKey, now, sign } from "../js/issuer.mjs";
import { startCompanion, until } from "./companion.mjs";
import { startWorkerd } from "./workerd.mjs";

let companion;
let origin;
let worker;
let key;
/** What the origin was asked for, and how to let it answer. */
const asked = [];
let answer;

before(async () => {
  key = await makeKey("EdDSA");
  companion = await startCompanion();
  companion.keys = jwks(key);
  origin = createServer((request, response) => {
    request.resume().on("end", () => {
      asked.push(request.url);
      answer = () => response.end("done");
    });
  });
  await new Promise((resolve) => origin.listen(0, "127.0.0.1", resolve));
  worker = await startWorkerd("abandoned.worker.mjs", {
    issuer, audience, companion: companion.url, start: now, origin: `http://127.0.0.1:${origin.address().port}`,
  });
});
after(async () => {
  await worker?.stop();
  origin?.close();
  origin?.closeAllConnections();
  await companion?.stop();
});

for (const path of ["/app/abandoned", "/hono/abandoned"]) {
  test(`a caller who resets the connection leaves a record: ${path}`, async () => {
    const token = await sign(key, claims({ sid: path }));
    const socket = connect(Number(new URL(worker.url).port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 3\r\n\r\nx=1`);
    await until(() => asked.includes(path), "the origin was asked");
    socket.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 200)); // workerd notices
    answer();
    const { method, status } = await until(() => companion.events.find((event) => event.path === path), "it is on record");
    assert.equal(method, "POST");
    assert.ok([200, 500].includes(status), `${status}`);
  });
}
