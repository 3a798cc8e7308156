import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after } from "node:test";
import { freePorts } from "../browser/free_ports.mjs";
import { promisesOfAGuard } from "./guarded.mjs";
import { until } from "./guide.mjs";

const parcels = { piet: ["Akkerzicht"], els: ["De Meent"] };

/** The application behind nginx: it believes the headers, as the guide describes, also those that name another method or address. */
const app = createServer(({ headers }, response) => {
  if (Object.keys(headers).some((name) => /^x-.*(method|url)/.test(name))) return response.writeHead(405).end();
  const user = headers["hallpass-subject"] ?? headers["x-demo-user"];
  response.writeHead(parcels[user] ? 200 : 401, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ user, actor: headers["hallpass-actor"], parcels: parcels[user] }));
});
after(() => app.close());

/** What /etc/nginx/nginx.conf says around the guide's file, without rights or folders of the system. */
const around = (folder) => `
pid ${JSON.stringify(join(folder, "nginx.pid"))};
error_log stderr notice;
worker_processes 1;
events { worker_connections 64; }
http {
    access_log off;
    ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${JSON.stringify(join(folder, "temporary", name))};`).join("\n    ")}
    include ${JSON.stringify(join(folder, "farm.conf"))};
}
`;

promisesOfAGuard("nginx", async (guide, hallpass) => {
  const { folder } = guide;
  await new Promise((ready) => app.listen(0, "127.0.0.1", ready));
  const [, guard] = await guide.startScript({ HALLPASS_URL: hallpass.url, PORT: "0" }, /http:\/\/(\S+)/);
  const port = await freePorts();
  const farm = guide.read("farm.conf").replace("127.0.0.1:8080", `127.0.0.1:${port}`)
    .replace("127.0.0.1:3000", `127.0.0.1:${app.address().port}`).replace("127.0.0.1:3001", guard);
  writeFileSync(join(folder, "farm.conf"), farm);
  writeFileSync(join(folder, "nginx.conf"), around(folder));
  mkdirSync(join(folder, "temporary"));
  await guide.start("/usr/sbin/nginx", ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr", "-g", "daemon off;"], {}, /start worker process/);
  const url = `http://127.0.0.1:${port}`;
  await until(() => fetch(url).then(() => true, () => false), "nginx listens");
  return url;
});
