// A server that tells revocations as they happen, for tests of the verifier that listens.
import { createVerifier, revocationEvents } from "../../js/dist/edge.js";
import { until } from "../edge/companion.mjs";
import { audience, claims, issuer, jwks, makeKey, now as start, sign, statusListToken } from "./issuer.mjs";

export const key = await makeKey("EdDSA");
export const uri = "https://api.example.com/status/1";
const eventsUrl = "https://api.example.com/api/v1/token-status/events";
export const message = (id, event, data) => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
export const revoked = (id, ...indices) => message(id, "revoked", { tokens: indices.map((idx) => ({ uri, idx })) });
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A server of the test's own: its list, and the streams that it holds open. */
export function stage(context, { revocation = {}, push = {} } = {}) {
  const stop = new AbortController();
  context.after(() => stop.abort());
  const scene = { time: start, ended: [], lists: 0, streams: [], answer: 200, listAnswers: true, gate: undefined, etag: undefined };
  const encoder = new TextEncoder();
  const fetch = async (url, { headers, signal }) => {
    if (url !== eventsUrl) {
      scene.lists++;
      if (!scene.listAnswers) throw new TypeError("away");
      const statuses = Array.from({ length: 64 }, (_, at) => (scene.ended.includes(at) ? 1 : 0));
      await scene.gate;
      if (scene.etag !== undefined && headers["If-None-Match"] === scene.etag) return new Response(null, { status: 304 });
      const answered = scene.etag === undefined ? {} : { headers: { ETag: scene.etag } };
      return new Response(await statusListToken(key, uri, statuses, { iat: scene.time / 1000 + scene.lists / 1e6 }), answered);
    }
    if (scene.answer !== 200) {
      scene.streams.push({ refused: scene.answer });
      return new Response("", { status: scene.answer });
    }
    const stream = { lastEventId: headers["Last-Event-ID"], aborted: false };
    scene.streams.push(stream);
    const body = new ReadableStream({
      start(controller) {
        stream.write = (text) => controller.enqueue(encoder.encode(text));
        stream.end = () => controller.close();
        signal.addEventListener("abort", () => {
          stream.aborted = true;
          try {
            controller.error(signal.reason);
          } catch {
            // closed already
          }
        });
      },
    });
    return new Response(body);
  };
  scene.verifier = createVerifier({
    issuer,
    audience,
    keys: jwks(key),
    now: () => scene.time,
    fetch,
    revocation: { ...revocation, push: revocationEvents({ url: eventsUrl, signal: stop.signal, random: () => 1, ...push }) },
  });
  scene.stream = (at) => until(() => scene.streams[at]?.write && scene.streams[at], `stream ${at} is open`);
  return scene;
}
export const token = (idx, overrides = {}) => sign(key, claims({ status: { status_list: { idx, uri } }, jti: `t${idx}`, ...overrides }));
