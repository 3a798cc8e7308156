// Writes js/src/generated/constants.ts from the core's headers; with --check it only compares.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(root, "js/src/generated/constants.ts");

/** Compiles and runs wasm/constants.cpp, which needs no library. */
function readTables() {
  const folder = mkdtempSync(join(tmpdir(), "hallpass-constants-"));
  try {
    const program = join(folder, "constants");
    execFileSync(process.env.CXX ?? "c++", [
      "-std=c++20",
      `-I${join(root, "core/include")}`,
      join(root, "wasm/constants.cpp"),
      "-o",
      program,
    ]);
    return JSON.parse(execFileSync(program, { encoding: "utf8" }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const quoted = (names) => names.map((name) => `  ${JSON.stringify(name)},\n`).join("");

function list(docs, name, type, names) {
  return (
    `/** ${docs} */\nexport const ${name} = [\n${quoted(names)}] as const;\n` +
    `export type ${type} = (typeof ${name})[number];\n`
  );
}

/** What a worker at the edge can answer with: it carries these rows alone. */
const fromEdge = /^(TOKEN_.*|FORBIDDEN|INSUFFICIENT_SCOPE|VALIDATION_ERROR|INTERNAL_ERROR|.*_UNAVAILABLE)$/;

function errors(codes) {
  const rows = (those) =>
    those.map(([code, status, title]) => `  ${code}: { status: ${status}, title: ${JSON.stringify(title)} },\n`).join("");
  return (
    "/** Every error code with its HTTP status and title (RFC 9457). */\n" +
    `export const errors = {\n${rows(codes)}} as const;\nexport type ErrorCode = keyof typeof errors;\n\n` +
    "/** Those of them that arise at the edge, which carries no more. */\n" +
    `export const edgeErrors = {\n${rows(codes.filter(([code]) => fromEdge.test(code)))}} as const;\n`
  );
}

function profiles(rows) {
  const lines = rows.map(
    ([name, consent, cap, min, normal, max, active, claim, days, pending]) =>
      `  ${name}: {\n    consentNeeded: ${consent},\n    sessionCapMinutes: ${cap},\n` +
      `    ttlMinMinutes: ${min},\n    ttlDefaultMinutes: ${normal},\n    ttlMaxMinutes: ${max},\n` +
      `    activePer: ${JSON.stringify(active)},\n    tenantClaim: ${JSON.stringify(claim)},\n` +
      `    maxGrantDays: ${days},\n    pendingForDays: ${pending},\n  },\n`,
  );
  return (
    "/** The policy profiles as they stand, before a tenant's overrides. */\n" +
    `export const profiles = {\n${lines.join("")}} as const;\nexport type Profile = keyof typeof profiles;\n`
  );
}

function limits(values) {
  const lines = Object.entries(values).map(([name, value]) => `  ${name}: ${value},\n`);
  return (
    `/** Bounds that the core enforces. */\nexport const limits = {\n${lines.join("")}} as const;\n\n` +
    "/** One of them, for the edge, which carries no more. */\n" +
    `export const tokenMaxBytes = ${values.tokenMaxBytes};\n`
  );
}

function render(tables) {
  return [
    "// Generated from core/include/hallpass by wasm/generate-constants.mjs. Do not edit.\n",
    errors(tables.errorCodes),
    list("Why, more finely than the code.", "reasons", "Reason", tables.reasons),
    list("Ends of consent that a user can pick by name.", "expiryPresets", "ExpiryPreset", tables.expiryPresets),
    list("A grant's statuses.", "grantStatuses", "GrantStatus", tables.grantStatuses),
    list("Who took a grant back.", "revokedBy", "RevokedBy", tables.revokedBy),
    list("A session's statuses.", "sessionStatuses", "SessionStatus", tables.sessionStatuses),
    list("Which limit decided a session's end.", "limitedBy", "LimitedBy", tables.limitedBy),
    list("How many sessions may be active at once.", "activePer", "ActivePer", tables.activePer),
    list("The record's event names.", "auditEvents", "AuditEvent", tables.auditEvents),
    list("Signature algorithms of act-as tokens.", "algorithms", "Algorithm", tables.algorithms),
    list("What the check of a proof came to.", "proofVerdicts", "ProofVerdict", tables.proofVerdicts),
    list("Every permission, in the order of its bit.", "permissions", "Permission", tables.permissions),
    profiles(tables.profiles),
    limits(tables.limits),
  ].join("\n");
}

const text = render(readTables());
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("js/src/generated/constants.ts is not what the core says; run node wasm/generate-constants.mjs");
    process.exit(1);
  }
} else {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
