import type { CoreError } from "../core/error.js";
import { edgeErrors } from "../generated/constants.js";

/** An error that only servers know would be a fault of ours. */
const rows: Partial<Record<string, { readonly status: number; readonly title: string }>> = edgeErrors;

/** A text inside a quoted header parameter (RFC 6750 section 3: no `"` or `\`, ASCII alone). */
function quotable(text: string): string {
  return text.replace(/[^ !#-[\]-~]/g, "'");
}

function challenge(error: CoreError, status: number, requiredScopes: string): string | null {
  const description = `error_description="${quotable(error.message)}"`;
  if (status === 401) return `Bearer error="invalid_token", ${description}`;
  if (status !== 403) return null;
  // "The request requires higher privileges than provided by the access token."
  const scope = requiredScopes === "" ? "" : `, scope="${quotable(requiredScopes)}"`;
  return `Bearer error="insufficient_scope", ${description}${scope}`;
}

/** The answer to a request that is refused: problem JSON (RFC 9457) and a challenge (RFC 6750). */
export function refusal(error: CoreError, requiredScopes = ""): Response {
  const { code, ...rest } = error;
  const { status, title } = rows[code] ?? edgeErrors.INTERNAL_ERROR;
  const headers = new Headers({ "Content-Type": "application/problem+json", "Cache-Control": "no-store" });
  const asked = challenge(error, status, requiredScopes);
  if (asked !== null) headers.set("WWW-Authenticate", asked);
  if (status === 503) headers.set("Retry-After", "1");
  return new Response(JSON.stringify({ type: "about:blank", title, status, error: code, ...rest }), { status, headers });
}
