// Asks for another status list at each call: `/?calls=10`. Clocks stand still in there; the caller measures.
import { env } from "cloudflare:workers";
import { createVerifier } from "../../../js/dist/edge.js";

const { token, jwk, lists, issuer, audience } = env.SETTINGS;
let verify;
let next = 0;

export default {
  async fetch(request) {
    verify ??= await createVerifier({
      issuer,
      audience,
      keys: { keys: [jwk] },
      revocation: { maxAgeSeconds: 0 },
      fetch: async () => new Response(lists[next++ % lists.length]),
    });
    for (let calls = Number(new URL(request.url).searchParams.get("calls")); calls > 0; calls--) {
      const { ok, error } = await verify(token);
      if (!ok) throw new Error(error.code);
    }
    return new Response();
  },
};
