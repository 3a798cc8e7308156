// Verifies in workerd: `/?alg=EdDSA&subject=raw&calls=100`. Clocks stand still in there; the caller measures.
import { env } from "cloudflare:workers";
import { makeSubjects } from "./subjects.mjs";

const made = new Map();

export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const alg = searchParams.get("alg");
    if (!made.has(alg)) made.set(alg, await makeSubjects(env.SETTINGS.tokens[alg]));
    const subjects = made.get(alg);
    const subject = searchParams.get("subject");
    if (subject === null) return Response.json(Object.keys(subjects));
    await subjects[subject](Number(searchParams.get("calls")));
    return new Response();
  },
};
