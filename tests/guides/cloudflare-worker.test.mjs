import { createServer } from "node:http";
import { after } from "node:test";
import { join } from "node:path";
import { promisesOfAGuard } from "./guarded.mjs";
import { root } from "./hallpass.mjs";

const runtimes = join(root, "tests/runtimes/node_modules");
const secret = "known to the edge and the origin alone";
const parcels = { piet: ["Akkerzicht"], els: ["De Meent"] };

/** The application behind the worker, as the guide describes it. */
const origin = createServer(({ headers }, response) => {
  const viaEdge = headers["x-edge-secret"] === secret;
  const user = (viaEdge && headers["hallpass-subject"]) || headers["x-demo-user"];
  response.writeHead(viaEdge && parcels[user] ? 200 : 401, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ user, actor: headers["hallpass-actor"], parcels: parcels[user] }));
});
after(() => origin.close());

promisesOfAGuard("cloudflare-worker", async (guide, hallpass) => {
  await new Promise((ready) => origin.listen(0, "127.0.0.1", ready));
  const variables = {
    HALLPASS_URL: hallpass.url, ORIGIN: `http://127.0.0.1:${origin.address().port}`, EDGE_SECRET: secret,
  };
  const [, url] = await guide.start(
    join(runtimes, `node-26-${process.arch}/bin/node`), // wrangler needs Node 22
    [join(runtimes, "wrangler/bin/wrangler.js"), "dev", "--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0", "--log-level", "log", "--show-interactive-dev-session=false",
      ...Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`])],
    { WRANGLER_SEND_METRICS: "false", CI: "1" },
    /Ready on (http:\S+)/,
  );
  return url;
});
