import { type Algorithm, algorithms } from "../generated/constants.js";
import { type CoreError, type Refused, refused } from "./error.js";
import type { CoreExports } from "./exports.js";
import type { Memory } from "./memory.js";
import type { ScopeHandles } from "./scope-handles.js";

/** A session that a valid act-as token carries. */
export interface Session {
  readonly id: string;
  /** The user who is acted for. */
  readonly subject: string;
  /** The agent who acts. */
  readonly actor: string;
  readonly tenant: string | null;
  /** The claim that the tenant came under: tenantId or lawFirmId. */
  readonly tenantClaim: string;
  readonly scopes: readonly string[];
  readonly tokenId: string | null;
  readonly grantId: string | null;
  /** Exclusive, in milliseconds: live while now < expiresAt. */
  readonly expiresAt: number;
  readonly status: { readonly index: number; readonly uri: string } | null;
}

export interface VerificationKey {
  readonly algorithm: Algorithm;
  readonly material: Uint8Array<ArrayBuffer>;
}

/** A token whose form is right, waiting for its signature to be checked. */
export interface PendingToken {
  readonly token: number;
  readonly keyIndex: number;
  readonly signingInput: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
  /** What holds both of these. */
  readonly room: Uint8Array<ArrayBuffer>;
}

const madeWay: CoreError = {
  code: "SERVICE_UNAVAILABLE",
  message: "too many tokens are being checked at once; try again shortly",
};

/**
 * How many tokens may wait for their signature check. A runtime that drops a request in the middle
 * never comes back for its token, so the oldest ones make way.
 */
const maxPending = 1024;

/** As much as most tokens need. */
const roomBytes = 2048;
const nowhere = new Uint8Array();

/** The checks of act-as tokens; cryptography is the caller's part. Handles must be released. */
export class TokenCalls {
  /** Oldest first. Being in here, not its number, is what makes a pending token valid. */
  readonly #pending = new Set<PendingToken>();
  /** One that no check uses: to make one costs some runtimes as much again as an HMAC. */
  #room = nowhere;
  #lastScopes: string | undefined;
  #lastList: readonly string[] = [];
  readonly #core: CoreExports;
  readonly #memory: Memory;
  readonly #scopes: ScopeHandles;

  constructor(core: CoreExports, memory: Memory, scopes: ScopeHandles) {
    this.#core = core;
    this.#memory = memory;
    this.#scopes = scopes;
  }

  refusal(): CoreError {
    return this.#memory.refusal();
  }

  /** @returns a handle, or -1 with the refusal left */
  newVerifier(issuer: string, audience: string, types: readonly string[], clockSkewSeconds: number): number {
    const text = [issuer, audience, ...types].map((each) => `${each}\0`).join("");
    return this.#core.hp_verifier(this.#memory.write(text), clockSkewSeconds);
  }

  /** @returns a handle, or -1 with the refusal left */
  newKeys(jwks: string): { readonly handle: number; readonly keys: readonly VerificationKey[] } | Refused {
    const handle = this.#core.hp_keys(this.#memory.write(jwks));
    if (handle < 0) return this.#memory.refused();
    const count = this.#memory.word(2);
    const keys: VerificationKey[] = [];
    for (let index = 0; index < count; index++) {
      const algorithm = algorithms[this.#core.hp_key(handle, index)];
      if (algorithm === undefined) return this.#memory.refused();
      keys.push({ algorithm, material: this.#memory.view(0).slice() });
    }
    return { handle, keys };
  }
  freeKeys(handle: number): void {
    this.#core.hp_keys_free(handle);
  }

  /** Checks a token's form and picks its key. */
  parse(verifier: number, keys: number, text: string): PendingToken | Refused {
    const token = this.#core.hp_token(verifier, this.#memory.write(text));
    if (token < 0) return this.#memory.refused();
    const keyIndex = this.#core.hp_token_key(token, keys);
    if (keyIndex < 0) {
      const refusal = this.#memory.refused();
      this.#core.hp_token_free(token);
      return refusal;
    }
    const pending = this.#waiting(token, keyIndex);
    this.#pending.add(pending);
    if (this.#pending.size > maxPending) {
      const [oldest] = this.#pending;
      if (oldest !== undefined && this.#pending.delete(oldest)) this.#core.hp_token_free(oldest.token);
    }
    return pending;
  }

  /** With what was signed and the signature where no call of the core touches them: a check takes its time. */
  #waiting(token: number, keyIndex: number): PendingToken {
    const input = this.#memory.view(2);
    const signature = this.#memory.view(4);
    const size = input.length + signature.length;
    const room = this.#room.length < size ? new Uint8Array(Math.max(size, roomBytes)) : this.#room;
    this.#room = nowhere;
    room.set(input);
    room.set(signature, input.length);
    const signingInput = room.subarray(0, input.length);
    return { token, keyIndex, signingInput, signature: room.subarray(input.length, size), room };
  }

  /** Whether the token was still waiting. The check of its signature is over, so another one may have its room. */
  #finish(pending: PendingToken): boolean {
    if (!this.#pending.delete(pending)) return false;
    this.#room = pending.room;
    return true;
  }

  /** Checks the claims of a token whose signature was checked. Consumes the token. */
  accept(
    pending: PendingToken,
    keys: number,
    verifier: number,
    signatureHolds: boolean,
    now: number,
  ): { readonly handle: number; readonly session: Session } | Refused {
    if (!this.#finish(pending)) return refused(madeWay);
    const handle = this.#core.hp_token_accept(pending.token, keys, verifier, signatureHolds ? 1 : 0, now);
    return handle < 0 ? this.#memory.refused() : { handle, session: this.#session() };
  }

  /** Whether signature and type hold, for other kinds of token. Consumes the token. */
  acceptSigned(pending: PendingToken, keys: number, signatureHolds: boolean): CoreError | null {
    if (!this.#finish(pending)) return madeWay;
    return this.#core.hp_token_signed(pending.token, keys, signatureHolds ? 1 : 0) < 0 ? this.#memory.refusal() : null;
  }

  #session(): Session {
    const memory = this.#memory;
    const index = memory.number(2);
    return Object.freeze({
      id: memory.text(6),
      subject: memory.text(2),
      actor: memory.text(4),
      tenant: memory.optionalText(12),
      tenantClaim: memory.text(14),
      scopes: this.#scopesIn(memory.text(16)),
      tokenId: memory.optionalText(8),
      grantId: memory.optionalText(10),
      expiresAt: memory.number(0),
      status: index < 0 ? null : Object.freeze({ index, uri: memory.text(18) }),
    });
  }

  /** Most sessions have the scopes of the one before. */
  #scopesIn(text: string): readonly string[] {
    if (text !== this.#lastScopes) this.#lastList = Object.freeze((this.#lastScopes = text).split(" ").filter(Boolean));
    return this.#lastList;
  }

  /** What must be repeated on every use of a session. @returns null where it still holds */
  checkAgain(session: number, now: number, requiredScopes: string): CoreError | null {
    let scopes = -1;
    if (requiredScopes !== "") {
      this.#scopes.makeRoom(1);
      scopes = this.#scopes.handle(requiredScopes);
      if (scopes < 0) return this.#memory.refusal();
    }
    return this.#core.hp_session_check(session, now, scopes) < 0 ? this.#memory.refusal() : null;
  }
  freeSession(session: number): void {
    this.#core.hp_session_free(session);
  }

  /** Keeps a decompressed status list in the core. */
  newList(bytes: Uint8Array, bits: number): number | Refused {
    const list = this.#core.hp_list(bytes.length, bits);
    if (list < 0) return this.#memory.refused();
    const address = this.#memory.word(2) >>> 0; // looks at memory that may have grown
    this.#memory.bytes.set(bytes, address);
    return list;
  }
  freeList(list: number): void {
    this.#core.hp_list_free(list);
  }
  /** -1 where the list does not reach that far, which counts as revoked. */
  listStatus(list: number, index: number): number {
    return this.#core.hp_list_status(list, index);
  }
}
