import { claimsToActAs } from "./act-as.js";

/** Names as frameworks read them: case, `-` and `.` for `_`, and what makes a list of it make no difference. */
const override = /^\s*([-_.[]method|x[-_.](http[-_.])?method[-_.]override|x[-_.]http[-_.]method)(\[|$)/i;
const accessToken = /^\s*access[-_.[]token(\[|$)/i;
/** What any of them has in it, unless an escape hides it. */
const noteworthy = /method|token|%/i;

/** What the guard wants to know of a request's address. */
export interface SeenAddress {
  readonly url: string;
  /** Whether the query names another method, as some frameworks let it. */
  readonly overridesMethod: boolean;
  /** An act-as token in the query (RFC 6750 section 2.3), where none belongs. */
  readonly token: string | null;
}

/** Looks at an address, at most of which there is nothing to see. */
export function seenAddress(url: string): SeenAddress {
  const at = url.indexOf("?");
  let overridesMethod = false;
  let token: string | null = null;
  if (at >= 0 && noteworthy.test(url)) {
    for (const part of url.slice(at + 1).split(/[&;]/)) {
      for (const [name, value] of new URLSearchParams(part)) {
        if (override.test(name)) overridesMethod = true;
        if (accessToken.test(name) && claimsToActAs(value)) token = value;
      }
    }
  }
  return { url, overridesMethod, token };
}
