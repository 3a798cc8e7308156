/** The module's exports, as wasm/*_abi.cpp declares them. Handles are numbers; -1 is a refusal. */
export interface CoreExports {
  /** As much of a WebAssembly.Memory as is used: Node's types know none. */
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize?(): void;
  hp_input(size: number): number;
  hp_fields(): number;
  hp_zone(size: number): number;
  hp_zones_version(): void;
  hp_expiry_preset(zone: number, preset: number, now: number, maxGrant: number): number;
  hp_expiry_date(zone: number, size: number, now: number, maxGrant: number): number;
  hp_expiry_instant(zone: number, until: number, now: number, maxGrant: number): number;
  hp_last_day(zone: number, until: number): number;
  hp_remaining(expiresAt: number, now: number, step: number): number;
  hp_scopes(size: number): number;
  hp_scopes_free(scopes: number): void;
  hp_scopes_subset(mine: number, theirs: number): number;
  hp_scopes_narrow(available: number, requested: number, readOnly: number, size: number): number;
  hp_policy(profile: number, patternsSize: number): number;
  hp_policy_free(policy: number): void;
  hp_permissions(size: number): number;
  hp_session_plan(now: number): number;
  hp_grant_status(stored: number, until: number, now: number): number;
  hp_reason(size: number): number;
  hp_method_writes(size: number): number;
  hp_verifier(size: number, clockSkew: number): number;
  hp_keys(size: number): number;
  hp_keys_free(keys: number): void;
  hp_key(keys: number, index: number): number;
  hp_token(verifier: number, size: number): number;
  hp_token_free(token: number): void;
  hp_token_key(token: number, keys: number): number;
  hp_token_accept(token: number, keys: number, verifier: number, valid: number, now: number): number;
  hp_token_signed(token: number, keys: number, valid: number): number;
  hp_session_check(session: number, now: number, scopes: number): number;
  hp_session_free(session: number): void;
  hp_list(size: number, bits: number): number;
  hp_list_free(list: number): void;
  hp_list_status(list: number, index: number): number;
}
