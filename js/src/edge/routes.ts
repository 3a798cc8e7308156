/** Which scopes act-as sessions need where. */
export interface Route {
  /** Methods it is for; without them, all. A route for GET is for HEAD too. */
  readonly methods?: readonly string[];
  /** A path such as `/app/parcels`, or `/app/parcels/*` for it and everything below. */
  readonly path: string;
  readonly scopes: readonly string[];
}

/** Scopes that a request needs; null where act-as sessions have no business at all. */
export type RequiredScopes = (request: Request) => readonly string[] | null;

/** Whether the route is for the method: applications answer HEAD as they answer GET. */
function isFor(method: string, { methods }: Route): boolean {
  if (methods === undefined || methods.includes(method)) return true;
  return method === "HEAD" && methods.includes("GET");
}

/** Spellings that an application might read as another path than the one that was matched. */
const ambiguousPath = /%2f|%5c|%2e|%00|\\|\/\/|;|\/\.{1,2}(\/|$)/i;
/** What is left of an escape that was escaped: who decodes twice reads yet another path. */
const escapedTwice = /%[\da-f]{2}/i;

function matchesPath(pattern: string, path: string): boolean {
  if (!pattern.endsWith("/*")) return path === pattern;
  const folder = pattern.slice(0, -2);
  return path === folder || path.startsWith(`${folder}/`);
}

/** Escapes that stand for plain characters read the same written out. */
function plainPath(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

function loose(path: string): string {
  return path.toLowerCase().replace(/(.)\/$/, "$1");
}

/** The first route that matches decides; what matches none is closed to act-as sessions. */
export function scopesByRoute(routes: readonly Route[]): RequiredScopes {
  return (request) => {
    const { pathname } = new URL(request.url);
    if (ambiguousPath.test(pathname)) return null;
    const path = plainPath(pathname);
    if (path === null || ambiguousPath.test(path) || escapedTwice.test(path)) return null;
    const there = routes.filter((route) => isFor(request.method, route));
    const exact = there.find((route) => matchesPath(route.path, path));
    // The same but for case or a last slash: an application that sees no difference must not be
    // reached by a later, weaker route.
    const near = there.find((route) => matchesPath(loose(route.path), loose(path)));
    if (exact === undefined || near === undefined) return null;
    return near.scopes.every((scope) => exact.scopes.includes(scope)) ? exact.scopes : null;
  };
}
