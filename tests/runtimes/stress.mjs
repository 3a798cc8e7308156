// Many calls of many exports, each at a call site of its own, hot enough for V8 to optimise, with values
// that make it deoptimise again: some releases of Node 20 and 22 aborted there when sites were shared.
import { loadCore } from "hallpass";
import { createVerifier } from "hallpass/edge";
import vectors from "./vectors.json" with { type: "json" };

const rounds = Number(process.argv[2]);
const { issuer, audience, keySets, vectors: tokens } = vectors.tokens;
const core = await loadCore();
const verify = await createVerifier({ issuer, audience, keys: keySets.all });
const good = tokens.find(({ name }) => name === "EdDSA");
await verify(good.token, { now: good.now });
const zones = ["Europe/Amsterdam", "Asia/Kolkata", "Pacific/Apia", "nowhere"];
const facts = vectors.sessions.vectors[0].facts;
let granted = 0;

for (let at = 0; at < rounds; at++) {
  const odd = at % 4 === 3;
  const now = good.now + (at % 1000) + (odd ? 0.5 : 0);
  const permissions = core.permissionsOf(odd ? ["helpdeskAdmin"] : facts.agent.roles);
  const right = [
    core.expiry("one_week", { now: Math.floor(now), timeZone: zones[at % 4] }).ok === !odd,
    core.lastDay(Math.floor(now), zones[at % 3]).length === 10,
    core.remaining(odd ? Number.NaN : now + 1000, now).ok === !odd,
    core.planSession({ ...facts, agent: { ...facts.agent, permissions } }, Math.floor(now)).ok,
    core.isScopeSubset("a:read", odd ? "b:read" : "a:read b:read") === !odd,
    core.narrowScopes({ available: "a:read b:read", requested: odd ? "c:read" : "a:read" }).ok === !odd,
    core.grantStatus("granted", now, now) === "expired",
    core.checkReason(odd ? "" : "because it is so").ok === !odd,
    core.isWrite(odd ? "PATCH" : "GET") === odd,
    verify.seen(odd ? "x" : good.token, { now: good.now })?.ok === (odd ? undefined : true),
  ];
  if (right.every(Boolean)) granted++;
}
console.log("RESULT " + JSON.stringify({ granted, rounds }));
