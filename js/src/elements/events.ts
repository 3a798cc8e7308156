import type { Grant, Session, StartedSession } from "../client/wire.js";

/** `detail` of `hallpass-grant-changed`. */
export interface GrantChanged {
  readonly grant: Grant;
}

/** `detail` of `hallpass-switch`: prevent its default to open the address in the host's own way. */
export interface SwitchTo {
  readonly url: string;
  readonly session: Session;
}

/** `detail` of `hallpass-stopped`. */
export interface Stopped {
  readonly session: Session;
  /** Whether the server knows; if not, the session ends by itself at its expiry. */
  readonly confirmed: boolean;
}

/** What the elements dispatch; all of it bubbles and crosses shadow roots. */
export interface HallpassEventMap {
  "hallpass-grant-changed": CustomEvent<GrantChanged>;
  "hallpass-switch": CustomEvent<SwitchTo>;
  "hallpass-started": CustomEvent<StartedSession>;
  "hallpass-stopped": CustomEvent<Stopped>;
}

declare global {
  interface HTMLElementEventMap extends HallpassEventMap {}
}
