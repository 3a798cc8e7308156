// hallpass/node over real HTTP, server and caller in one process, in whatever runtime has node:http.
import { createServer } from "node:http";
import { createGuard } from "hallpass/node";
import { audience, claims, issuer, jwks, makeKey, now, sign } from "./issuer.mjs";

const key = await makeKey("EdDSA");
const bearer = async (overrides) => ({ Authorization: `Bearer ${await sign(key, claims(overrides))}` });
const recorded = [];
const report = {
  url: "https://companion.example",
  delayMs: 1,
  fetch: async (_url, { body }) => {
    recorded.push(...JSON.parse(body).events.map(({ method, status }) => `${method} ${status}`));
    return new Response(null, { status: 202 });
  },
};
const guard = createGuard({ issuer, audience, keys: jwks(key), now: () => now, report }, (request, response, session) => {
  let size = 0;
  request.on("data", (chunk) => (size += chunk.length));
  request.on("end", () => response.end(JSON.stringify({
    subject: request.headers["hallpass-subject"] ?? null,
    raw: request.rawHeaders.filter((text) => /^hallpass-subject|^evil/i.test(text)).length,
    session: session?.id ?? null,
    size,
  })));
});
const server = createServer(guard);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

async function ask(headers, body) {
  const init = body === undefined ? { headers } : { method: "POST", headers, body };
  const response = await fetch(`http://127.0.0.1:${server.address().port}/cases/1`, init);
  const answer = await response.json();
  return response.status === 200 ? answer : `${response.status} ${answer.error} ${response.headers.get("content-type")}`;
}
const evil = { "Hallpass-Subject": "evil" };
const result = {
  others: await ask(evil),
  acting: await ask({ ...evil, ...(await bearer({})) }),
  body: await ask(await bearer({ sid: "b" }), "x".repeat(1_000_000)),
  expired: await ask(await bearer({ exp: now / 1000 })),
};
result.left = await guard.flush();
result.recorded = recorded.sort();
server.close();
server.closeAllConnections?.();
console.log("RESULT " + JSON.stringify(result));
