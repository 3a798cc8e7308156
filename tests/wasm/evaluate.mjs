// Asks the Wasm core what a request says and spells the answer as tests/vectors/evaluate.cpp does.
import { internals } from "./internals.mjs";

const module = await internals.loadModule();
export const core = new internals.Core(module);
export const tokens = new internals.TokenCalls(module.exports, module.memory, module.scopes);

const spellError = ({ code, ...rest }) => ({ error: code, ...rest });
const controls = { b: "\\u0008", t: "\\u0009", f: "\\u000c", r: "\\u000d" };
/** JSON as the core writes it: JavaScript spells four control characters in a shorter way. */
const toJson = (value) => JSON.stringify(value).replace(/\\(.)/g, (escape, letter) => controls[letter] ?? escape);
const spell = (answer) => toJson(answer.ok === false ? { ok: false, error: spellError(answer.error) } : answer);

function evaluateToken(request) {
  const { issuer, audience, types, clockSkewSeconds, jwks, token, signatureHolds, now, requiredScopes } = request;
  const verifier = tokens.newVerifier(issuer, audience, types, clockSkewSeconds);
  const keys = tokens.newKeys(JSON.stringify(jwks));
  if ("ok" in keys) return spell(keys);
  const pending = tokens.parse(verifier, keys.handle, token);
  if ("ok" in pending) return spell(pending);
  const accepted = tokens.accept(pending, keys.handle, verifier, signatureHolds, now);
  tokens.freeKeys(keys.handle);
  if ("ok" in accepted) return spell(accepted);
  const error = tokens.checkAgain(accepted.handle, now, requiredScopes);
  tokens.freeSession(accepted.handle);
  return spell(error === null ? { ok: true, session: accepted.session } : { ok: false, error });
}

function evaluateSession({ facts, now }) {
  const permissions = core.permissionsOf(facts.agent.roles);
  return spell(core.planSession({ ...facts, agent: { ...facts.agent, permissions } }, now));
}

export function evaluate(request) {
  switch (request.call) {
    case "expiry":
      return spell(core.expiry(request.choice, request));
    case "remaining":
      return spell(core.remaining(request.expiresAt, request.now, request.step));
    case "status":
      return JSON.stringify(core.grantStatus(request.stored, request.until, request.now));
    case "narrow":
      return spell(core.narrowScopes(request));
    case "subset":
      return String(core.isScopeSubset(request.mine, request.theirs));
    case "reason":
      return spell(core.checkReason(request.text));
    case "session":
      return evaluateSession(request);
    case "token":
      return evaluateToken(request);
    default:
      throw new Error(`no such call: ${request.call}`);
  }
}
