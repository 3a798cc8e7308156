import { type ErrorCode, errors, type Reason } from "../generated/constants.js";

/** A refusal: a stable code, a sentence that says what to do, and which value was wrong. */
export interface CoreError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly reason?: Reason;
  readonly field?: string;
  readonly received?: unknown;
  readonly constraints?: { readonly min?: number; readonly max?: number; readonly oneOf?: readonly string[] };
}

export interface Refused {
  readonly ok: false;
  readonly error: CoreError;
}

/** Reads what the core wrote (wire::error_json). */
export function errorFrom(json: string): CoreError {
  const { error, ...rest } = JSON.parse(json) as { error: ErrorCode } & Omit<CoreError, "code">;
  return { code: error, ...rest };
}

export function refused(error: CoreError): Refused {
  return { ok: false, error };
}

/** A value whose JavaScript type the core cannot be given. */
export function wrongType(field: string, expected: string): Refused {
  return refused({
    code: "VALIDATION_ERROR",
    message: `${field} must be ${expected}`,
    reason: "wrong_type",
    field,
  });
}

/** The RFC 9457 form of a refusal. */
export function problemOf(error: CoreError): Record<string, unknown> {
  const { code, ...rest } = error;
  const { status, title } = errors[code];
  return { type: "about:blank", title, status, error: code, ...rest };
}
