// A real HTTPS receiver that checks every signature with the library that Standard Webhooks publishes:
// node webhook.mjs '{"folder":…,"port"?,"secret"?,"answers"?}'
//   answers   statuses for the first requests, then 204; 302 points to this very server, 299 is a
//             204 with an endless body
import { createServer } from "node:https";
import { Webhook } from "standardwebhooks";
import { certificate } from "./certificate.mjs";
import { report } from "./report.mjs";

const options = JSON.parse(process.argv[2]);
const answers = [...(options.answers ?? [])];

function verified(body, headers) {
  if (options.secret === undefined) return false;
  try {
    new Webhook(options.secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

function talk(response) {
  response.writeHead(200);
  const part = "x".repeat(16_384);
  const more = () => {
    while (response.write(part));
    response.once("drain", more);
  };
  more();
}

const server = createServer(certificate(options.folder), async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  const status = answers.shift() ?? 204;
  report({
    hook: {
      id: request.headers["webhook-id"], signature: request.headers["webhook-signature"] ?? "",
      verified: verified(body, request.headers), path: request.url, method: request.method, status, body,
    },
  });
  if (status === 299) return talk(response);
  const { port } = server.address();
  response.writeHead(status, status === 302 ? { Location: `https://127.0.0.1:${port}/elsewhere` } : {}).end();
});
server.on("connection", (socket) => {
  report({ connection: true });
  socket.on("error", () => {});
});
server.on("tlsClientError", () => {});
server.listen(options.port ?? 0, "127.0.0.1", () => report({ port: server.address().port }));
