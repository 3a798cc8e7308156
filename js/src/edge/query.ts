import { claimsToActAs } from "./act-as.js";

/** Names as frameworks read them: case, `-` and `.` for `_`, and what makes a list of it make no difference. */
const override = /^\s*([-_.[]method|x[-_.](http[-_.])?method[-_.]override|x[-_.]http[-_.]method)(\[|$)/i;
const accessToken = /^\s*access[-_.[]token(\[|$)/i;
/** What any of them has in it, unless an escape hides it. */
const noteworthy = /method|token|%/i;

/** What the guard wants to know of a request's query. */
export interface SeenQuery {
  /** Whether it names another method, as some frameworks let it. */
  readonly overridesMethod: boolean;
  /** An act-as token in there (RFC 6750 section 2.3), where none belongs. */
  readonly token: string | null;
}

const nothing: SeenQuery = { overridesMethod: false, token: null };

/** Looks at the query of an address, where mostly there is nothing to see. */
export function seenQuery(url: string): SeenQuery {
  const at = url.indexOf("?");
  if (at < 0 || !noteworthy.test(url)) return nothing;
  let { overridesMethod, token } = nothing;
  for (const part of url.slice(at + 1).split(/[&;]/)) {
    for (const [name, value] of new URLSearchParams(part)) {
      if (override.test(name)) overridesMethod = true;
      if (accessToken.test(name) && claimsToActAs(value)) token = value;
    }
  }
  return { overridesMethod, token };
}
