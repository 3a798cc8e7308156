// Random requests from a seed: mostly plausible, often just past a boundary, sometimes nonsense.
import { readFileSync } from "node:fs";

/** mulberry32: small, quick, and the same everywhere. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const vectors = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url)));
const tokenFile = vectors("tokens");
const sessionVectors = vectors("sessions").vectors;
const zones = [...Intl.supportedValuesOf("timeZone"), "Europe/Kiev", "Asia/Calcutta", "US/Pacific", "utc", "Mars/Base", ""];
const words = ["cases", "parcels", "billing", "a", "support:access", "", "*", "é", "x".repeat(95), "A_b.c-d"];
const actions = ["read", "write", "list", "view-inbox", "*", "", "get", "reader", "delete"];
const letters = ["a", "b", " ", "\t", "\n", "\0", "é", "\u202e", "\u{1F600}", '"', "\\", "0", "x".repeat(120)];

export function makeRequests(random) {
  const below = (limit) => Math.floor(random() * limit);
  const pick = (list) => list[below(list.length)];
  const chance = (probability) => random() < probability;
  const around = (value) => value + pick([0, 0, 1, -1, 999, -999, 1000, -1000, below(86_400_000) - 43_200_000]);
  const time = () => (chance(0.8) ? below(4_000_000_000) * 1000 + below(1000) : below(2 ** 47) - 2 ** 45);
  const scopes = () =>
    Array.from({ length: below(5) }, () => `${pick(words)}:${pick(actions)}`).join(pick([" ", " ", "  ", "\t"]));
  const goodScopes = () => Array.from({ length: below(6) }, () => `${pick(words.slice(0, 5))}:${pick(["read", "write", "list"])}`).join(" ");
  const anyScopes = () => (chance(0.8) ? goodScopes() : scopes());
  const text = () => Array.from({ length: below(9) }, () => pick(letters)).join("");

  function date() {
    if (chance(0.1)) return text();
    const number = (limit, width) => String(below(limit)).padStart(width, "0");
    return `${pick(["19", "20", "20", "21"])}${number(100, 2)}-${number(14, 2)}-${number(33, 2)}`;
  }
  function expiry() {
    const now = time();
    const request = { call: "expiry", timeZone: pick(zones), now };
    if (chance(0.2)) request.maxGrant = below(40) * 86_400_000;
    const kind = below(3);
    if (kind === 0) return { ...request, choice: "date", date: chance(0.5) ? new Date(Math.max(0, around(now)) + below(40) * 86_400_000).toISOString().slice(0, 10) : date() };
    if (kind === 1) return { ...request, choice: "instant", until: around(now) };
    return { ...request, choice: pick(["end_of_today", "end_of_tomorrow", "one_week", "end_of_week"]) };
  }
  function session() {
    const { facts, now } = structuredClone(pick(sessionVectors));
    const change = () => {
      switch (below(10)) {
        case 0:
          facts.agent[pick(["known", "inTenant", "banned", "actingAs"])] = chance(0.5);
          break;
        case 1:
          facts.subject[pick(["existsInTenant", "staff", "banned", "optedOut"])] = chance(0.5);
          break;
        case 2:
          facts.ttlMinutes = pick([null, 1, 4, 5, 30, 60, 61, 120, 121, -5, 2 ** 31 - 1]);
          break;
        case 3:
          facts.scopes = chance(0.3) ? null : anyScopes();
          break;
        case 4:
          facts.subject.scopes = anyScopes();
          break;
        case 5:
          facts.reason = chance(0.5) ? text() : "a good reason";
          break;
        case 6:
          facts.policy = pick(["consent", "helpdesk", "support_access", "law_firm"]);
          break;
        case 7:
          facts.grants = Array.from({ length: below(4) }, (_, at) => ({
            id: `gr_${at}`,
            status: pick(["pending", "granted", "granted", "declined", "revoked", "expired"]),
            grantedUntil: chance(0.2) ? null : around(now + below(10) * 600_000),
            agentId: pick([null, "jan", "eva"]),
            ticketId: pick([null, "T-1", "T-2"]),
            scopes: chance(0.5) ? null : anyScopes(),
          }));
          break;
        case 8:
          facts.sessions = Array.from({ length: below(3) }, () => ({ agentId: pick(["jan", "eva"]), subjectId: pick(["piet", "kees"]), expiresAt: around(now) }));
          break;
        default:
          facts.ticket = pick([null, "T-1", "T-2"]);
      }
    };
    for (let count = below(4); count > 0; count--) change();
    return { call: "session", facts, now: around(now) };
  }
  function token() {
    const vector = pick(tokenFile.vectors);
    const { issuer, audience, keySets } = tokenFile;
    let { token: spelling } = vector;
    if (chance(0.5) && spelling.length > 0) {
      const at = below(spelling.length);
      spelling = pick([
        spelling.slice(0, at),
        `${spelling.slice(0, at)}${pick(["A", ".", "=", "-", "_", "é", "\0"])}${spelling.slice(at + 1)}`,
        `${spelling.slice(0, at)}${spelling.slice(at + 1)}`,
        mutatedClaims(spelling),
      ]);
    }
    return {
      call: "token",
      issuer,
      audience,
      jwks: keySets[vector.keys],
      types: vector.types,
      clockSkewSeconds: pick([0, 0, 1, 60]),
      token: spelling,
      signatureHolds: chance(0.9),
      now: around(vector.now),
      requiredScopes: chance(0.7) ? "" : goodScopes(),
    };
  }
  /** Changes the claims' text and leaves the rest: the signature is taken for good or bad as told. */
  function mutatedClaims(spelling) {
    const [header, payload, signature] = spelling.split(".");
    const claims = Buffer.from(payload ?? "", "base64url").toString("latin1");
    const at = below(claims.length + 1);
    const piece = pick(["0", "9", "-", "e5", ".5", '"', ",", "}", "[", "null", '"\\u0061"', "\xff", " ", "1e300", "true"]);
    const changed = `${claims.slice(0, at)}${piece}${claims.slice(at + below(3))}`;
    return `${header}.${Buffer.from(changed, "latin1").toString("base64url")}.${signature}`;
  }

  const makers = [
    [0.3, expiry],
    [0.1, () => ({ call: "remaining", expiresAt: around(1795176000000), now: around(1795176000000), step: pick([1, 60]) })],
    [0.1, () => ({ call: "status", stored: pick(["pending", "granted", "declined", "revoked", "expired"]), until: around(1795176000000), now: 1795176000000 })],
    [0.1, () => ({ call: "narrow", available: anyScopes(), ...(chance(0.5) && { requested: anyScopes() }), neverCarried: chance(0.5) ? "" : pick(["billing:*", "*", "a:read", "x", "a:b:*"]), readOnly: chance(0.3) })],
    [0.05, () => ({ call: "subset", mine: anyScopes(), theirs: anyScopes() })],
    [0.05, () => ({ call: "reason", text: text() })],
    [0.15, session],
    [0.15, token],
  ];
  return function next() {
    let at = random();
    for (const [share, make] of makers) {
      if (at < share) return make();
      at -= share;
    }
    return expiry();
  };
}
