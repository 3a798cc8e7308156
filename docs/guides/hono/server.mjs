import { serve } from "@hono/node-server";
import { createApp } from "./app.mjs";

const { HALLPASS_URL, PORT = "3000" } = process.env;
serve({ fetch: createApp(HALLPASS_URL).fetch, port: Number(PORT), hostname: "127.0.0.1" }, ({ port }) =>
  console.log(`http://127.0.0.1:${port}`));
