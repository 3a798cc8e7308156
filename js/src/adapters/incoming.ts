/** As much of Node's IncomingMessage as a guard needs; Express's request is one as well. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Express: the address as it came, also below a mounted router. */
  readonly originalUrl?: string;
  readonly headers: { [name: string]: string | string[] | undefined };
  readonly rawHeaders: string[];
  headersDistinct?: unknown;
}

const origin = "http://localhost";
/** A path, or an address whose host nobody reads as a part of the path: of `http:///a/b` a `URL` makes the host `a`. */
const plainStart = /^(\/|\*$|https?:\/\/[\w.-]+(:\d+)?([/?]|$))/i;
/** Paths that a `URL` tidies up before anybody sees them; the application sees them as they came. */
const tidiedPath = /[\\#\t\n\r]|(^|\/)(\.|%2e){1,2}(\/|$)/i;

function addressOf({ originalUrl, url = "/" }: NodeRequest): string {
  const address = originalUrl ?? url;
  if (/^https?:\/\//i.test(address)) return address;
  return address.startsWith("/") ? origin + address : `${origin}/${address}`;
}

/** Whether guard and application might read the address as two different ones. */
export function isAmbiguous({ originalUrl, url = "/" }: NodeRequest): boolean {
  const address = originalUrl ?? url;
  return !plainStart.test(address) || tidiedPath.test(address.split("?", 1)[0] ?? "");
}

/**
 * All that was sent, each line of it: Node's `headers` keep one Authorization and drop the others. And
 * what is only there, because something before the guard has put it there.
 */
function headersOf({ headers, rawHeaders }: NodeRequest): Headers {
  const all = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (!name.startsWith(":")) all.append(name, rawHeaders[at + 1] ?? "");
  }
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(":")) continue;
    const told = all.get(name);
    const text = String(value);
    if (told === null || (name === "authorization" && told !== text)) all.append(name, text);
  }
  return all;
}

/**
 * The request as a guard looks at it: without its body, which stays where it is.
 * @throws TypeError where the address or a header cannot be read
 */
export function requestOf(incoming: NodeRequest): Request {
  const request = new Request(addressOf(incoming), { headers: headersOf(incoming) });
  // A Request of one's own making may not be a TRACE, one that arrived may.
  return Object.defineProperty(request, "method", { value: incoming.method ?? "GET" });
}

/** Gives a request the headers that the guard has decided on. */
export function adopt(incoming: NodeRequest, before: Headers, after: Headers): void {
  const { headers, rawHeaders } = incoming;
  const gone = new Set([...before.keys()].filter((name) => !after.has(name)));
  const set = [...after].filter(([name, value]) => before.get(name) !== value);
  if (gone.size === 0 && set.length === 0) return;
  for (const name of Object.keys(headers)) if (gone.has(name.toLowerCase())) delete headers[name];
  for (const [name, value] of set) {
    gone.add(name);
    headers[name] = value;
  }
  const raw: string[] = [];
  const distinct = Object.create(null) as Record<string, string[]>;
  const keep = (name: string, value: string): void => {
    raw.push(name, value);
    (distinct[name.toLowerCase()] ??= []).push(value);
  };
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (!gone.has(name.toLowerCase())) keep(name, rawHeaders[at + 1] ?? "");
  }
  for (const [name, value] of set) keep(name, value);
  rawHeaders.splice(0, rawHeaders.length, ...raw);
  // Node makes it of the raw ones when asked for, but goes by how many there were at first.
  if ("headersDistinct" in incoming) incoming.headersDistinct = distinct;
}
