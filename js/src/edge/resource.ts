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

/** An application that cannot name what was touched must not keep it off the record. */
export function namedResource(
  request: Request,
  pathname: string,
  resourceOf: ((request: Request) => Resource) | undefined,
): Pick<AccessEvent, "resourceType" | "resourceId"> {
  let resource: Resource | undefined;
  try {
    resource = resourceOf?.(request);
  } catch (cause) {
    console.error("hallpass: resourceOf failed", cause);
  }
  const { type, id } = resource ?? pathResource(pathname);
  return { resourceType: type, ...(id === undefined ? {} : { resourceId: id }) };
}
