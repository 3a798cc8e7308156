// The shared vectors through the package's public face, in whatever runtime this is.

/** Whether `got` has every member that is expected. */
function holds(got, expected) {
  return Object.entries(expected).every(([name, value]) => JSON.stringify(got[name]) === JSON.stringify(value));
}

const flat = (result) => (result.ok ? result : { ok: false, ...result.error, ...result.error?.constraints });

function* inTheCore(core, { expiry, sessions, scopes }) {
  for (const vector of expiry.vectors) yield [vector, core.expiry(vector.choice, vector)];
  for (const vector of sessions.vectors) {
    const { facts, now } = vector;
    const permissions = core.permissionsOf(facts.agent.roles);
    yield [vector, core.planSession({ ...facts, agent: { ...facts.agent, permissions } }, now)];
  }
  for (const vector of scopes.narrow) yield [vector, core.narrowScopes(vector)];
  for (const vector of scopes.subset) {
    yield [{ ...vector, expect: { ok: vector.expect } }, { ok: core.isScopeSubset(vector.mine, vector.theirs) }];
  }
}

async function* atTheEdge(createVerifier, { issuer, audience, keySets, vectors }) {
  for (const vector of vectors) {
    const { types, clockSkewSeconds, requiredScopes, now } = vector;
    const verify = await createVerifier({ issuer, audience, keys: keySets[vector.keys], types, clockSkewSeconds });
    yield [vector, await verify(vector.token, { now, requiredScopes })];
  }
}

/**
 * Asks everything, with real signatures.
 * @returns how many answers were right, what was wrong, and the SHA-256 of all answers to the byte
 */
export async function runVectors({ loadCore, createVerifier }, vectors) {
  const core = await loadCore();
  const answers = [];
  const wrong = [];
  const look = ([{ name, expect }, result]) => {
    answers.push(JSON.stringify(result));
    const got = flat(result);
    if (!holds(got, expect)) wrong.push(`${name}: ${JSON.stringify(got)}`);
  };
  for (const pair of inTheCore(core, vectors)) look(pair);
  for await (const pair of atTheEdge(createVerifier, vectors.tokens)) look(pair);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(answers.join("\n")));
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { passed: answers.length - wrong.length, wrong, sha256, tzdata: core.tzdataVersion };
}
