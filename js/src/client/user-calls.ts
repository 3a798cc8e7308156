import type { PageQuery } from "./hallpass-client.js";
import type { Transport } from "./transport.js";
import type { ManagedUser, Page } from "./wire.js";

export interface UserQuery extends PageQuery {
  /** Part of a name or an email address, or a whole id. */
  readonly search?: string;
  readonly role?: string;
  readonly banned?: "true" | "false";
  readonly tenantId?: string;
}

const users = "/api/v1/admin/users";
const segment = encodeURIComponent;

/** What staff may do with users: agents list them, admins change them. */
export class UserCalls {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(query: UserQuery = {}): Promise<Page<ManagedUser>> {
    return this.#transport.get(users, { ...query });
  }

  get(id: string): Promise<ManagedUser> {
    return this.#transport.get(`${users}/${segment(id)}`);
  }

  setRole(id: string, role: string): Promise<ManagedUser> {
    return this.#transport.post(`${users}/${segment(id)}/role`, { role });
  }

  /** @param until RFC 3339; without it, for good */
  ban(id: string, reason: string, until?: string): Promise<ManagedUser> {
    return this.#transport.post(`${users}/${segment(id)}/ban`, until === undefined ? { reason } : { reason, until });
  }

  unban(id: string, reason?: string): Promise<ManagedUser> {
    return this.#transport.post(`${users}/${segment(id)}/unban`, reason === undefined ? {} : { reason });
  }

  /** Ends all of the user's own logins. */
  revokeSessions(id: string): Promise<void> {
    return this.#transport.delete(`${users}/${segment(id)}/sessions`);
  }
}
