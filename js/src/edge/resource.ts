import type { AccessEvent } from "./report.js";

/** What an access touched, for the record. */
export interface Resource {
  readonly type: string;
  readonly id?: string;
}

function pathResource(pathname: string): Resource {
  const [type = "/", ...rest] = pathname.split("/").filter((part) => part !== "");
  return rest.length === 0 ? { type } : { type, id: rest.join("/") };
}

/** @throws whatever the application does; TypeError where what it gives is no resource */
function givenResource(request: Request, resourceOf: (request: Request) => unknown): Resource {
  const given = resourceOf(request);
  if (given instanceof Promise) given.catch(() => {}); // nobody waits for it
  const { type, id } = given as Partial<Resource>;
  if (typeof type !== "string") throw new TypeError("type must be a text");
  if (id === undefined) return { type };
  if (typeof id !== "string") throw new TypeError("id must be a text");
  return { type, id };
}

/** An application that cannot name what was touched must not keep it off the record. */
export function namedResource(
  request: Request,
  pathname: string,
  resourceOf: ((request: Request) => unknown) | undefined,
): Pick<AccessEvent, "resourceType" | "resourceId"> {
  let resource: Resource | undefined;
  try {
    if (resourceOf !== undefined) resource = givenResource(request, resourceOf);
  } catch (cause) {
    console.error("hallpass: resourceOf failed", cause);
  }
  const { type, id } = resource ?? pathResource(pathname);
  return { resourceType: type, ...(id === undefined ? {} : { resourceId: id }) };
}
