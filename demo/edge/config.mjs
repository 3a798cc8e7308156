/** A text as Cap'n Proto writes it. */
const quoted = (text) => JSON.stringify(String(text));

/**
 * The worker runtime's configuration: one socket, the worker behind it, and the two services that
 * it reaches. The secret that it shares with the application comes from its environment.
 * @param {{ port: number, hallpassdPort: number, appPort: number, issuer: string, audience: string }} options
 */
export function workerdConfig({ port, hallpassdPort, appPort, issuer, audience }) {
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge),
    (name = "hallpassd", external = (address = ${quoted(`127.0.0.1:${hallpassdPort}`)}, http = ())),
    (name = "app", external = (address = ${quoted(`127.0.0.1:${appPort}`)}, http = ())),
  ],
  sockets = [(name = "http", address = ${quoted(`127.0.0.1:${port}`)}, http = (), service = "edge")],
);

const edge :Workerd.Worker = (
  compatibilityDate = "2026-10-01",
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "core.wasm", wasm = embed "core.wasm"),
  ],
  bindings = [
    (name = "HALLPASSD", service = "hallpassd"),
    (name = "APP", service = "app"),
    (name = "APP_SECRET", fromEnvironment = "DEMO_EDGE_SECRET"),
    (name = "ISSUER", text = ${quoted(issuer)}),
    (name = "AUDIENCE", text = ${quoted(audience)}),
    (name = "DEMO", text = "true"),
  ],
);
`;
}
