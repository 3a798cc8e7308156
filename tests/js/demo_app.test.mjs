// The demo's application: what it answers to addresses that make no sense.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { createApp } from "../../demo/app/server.mjs";

const edgeSecret = "only the edge knows this";
const app = createApp({ hallpassd: "http://127.0.0.1:9", edgeSecret });

before(async () => {
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
});
after(() => app.close());

/** The status of a request whose target is sent as it is: `fetch` would mend it. */
async function statusOf(target) {
  const socket = connect(app.address().port, "127.0.0.1");
  const lines = [`GET ${target} HTTP/1.1`, "Host: app", `Demo-Edge-Secret: ${edgeSecret}`,
    "Hallpass-Subject: piet", "Hallpass-Actor: jan", "Hallpass-Scopes: tickets:read parcels:read",
    "Connection: close"];
  socket.end(`${lines.join("\r\n")}\r\n\r\n`);
  let answer = "";
  for await (const part of socket) answer += part;
  return Number(answer.split(" ")[1]);
}

test("an address that cannot be decoded is the sender's mistake", async () => {
  for (const target of ["/app/tickets/%zz", "/app/parcels/%", "/app/parcels/%c3", "http://[/app/tickets"]) {
    assert.equal(await statusOf(target), 400, target);
  }
  assert.equal(await statusOf("/app/tickets/T%2D9999"), 404);
  assert.equal(await statusOf("/app/tickets"), 200);
});
