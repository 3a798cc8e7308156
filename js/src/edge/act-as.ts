/** What a request's Authorization header means to the guard. */
export type Credential =
  /** No act-as token, nor anything that could be taken for one. */
  | { readonly kind: "other" }
  /** An act-as token, to be verified; or something that claims to be one, to be refused. */
  | { readonly kind: "act-as"; readonly token: string };

const other: Credential = { kind: "other" };
const bearer = /^bearer +([^\s,]+)$/i;

/**
 * Decodes as leniently as any reader might: both alphabets, stray characters dropped, any padding.
 * Whoever asks only wants to know what a token claims to be.
 */
function decodeLeniently(part: string): string {
  const clean = part.replaceAll("-", "+").replaceAll("_", "/").replace(/[^A-Za-z0-9+/]/g, "");
  try {
    return atob(clean.slice(0, clean.length % 4 === 1 ? -1 : undefined));
  } catch {
    return "";
  }
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/**
 * Whether a text claims to be an act-as token: its claims have `act_as`, with whatever value. Every
 * token that was issued has it, and taking it away breaks the signature. What looks like a token but
 * cannot be read (a damaged one) counts as well, so that nothing slips by as "something else".
 */
export function claimsToActAs(text: string): boolean {
  const parts = text.split(".");
  if (parts.length < 3) return false;
  const decoded = parts.map(decodeLeniently);
  if (decoded.some(saysActAs)) return true;
  // A JWS whose claims cannot be read. Encrypted tokens (five parts) are not ours and pass.
  const [header = "", payload = ""] = decoded;
  return parts.length === 3 && parseObject(header) !== null && parseObject(payload) === null;
}

function saysActAs(text: string): boolean {
  const claims = parseObject(text);
  // What is no JSON object may still be readable enough for somebody.
  return claims !== null && !Array.isArray(claims) ? "act_as" in claims : /act_as|\\u00/.test(text);
}

/** Reads an Authorization header. */
export function credentialOf(authorization: string | null): Credential {
  if (authorization === null) return other;
  const single = bearer.exec(authorization)?.[1]; // where the header is that and nothing else
  if (single !== undefined) return claimsToActAs(single) ? { kind: "act-as", token: single } : other;
  // Another scheme, two credentials in one header, odd white space: an act-as token in there is not
  // where it belongs, and the core refuses the whole text.
  const hidden = authorization.split(/[\s,;="']+/).some(claimsToActAs);
  return hidden ? { kind: "act-as", token: authorization } : other;
}
