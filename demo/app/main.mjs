// Starts the API: HALLPASS_APP_PORT, HALLPASSD_URL and DEMO_EDGE_SECRET say where and for whom.
import { createApp } from "./server.mjs";

const { HALLPASS_APP_PORT: port, HALLPASSD_URL: hallpassd, DEMO_EDGE_SECRET: edgeSecret } = process.env;
if (!port || !hallpassd || !edgeSecret) {
  console.error("HALLPASS_APP_PORT, HALLPASSD_URL and DEMO_EDGE_SECRET must be set.");
  process.exit(2);
}
const server = createApp({ hallpassd, edgeSecret });
server.listen(Number(port), "127.0.0.1", () => console.log(`app listening on 127.0.0.1:${port}`));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.close(() => process.exit(0)));
