import type { ErrorCode } from "../generated/constants.js";

/** NETWORK: no answer came. UNREADABLE: it made no sense. */
export type ProblemCode = ErrorCode | "NETWORK" | "UNREADABLE";

/** What a value had to satisfy. */
export interface ProblemConstraints {
  readonly min?: number;
  readonly max?: number;
  readonly [name: string]: unknown;
}

/** RFC 9457 problem details with Hallpass's members (contract, section 8). */
export interface Problem {
  readonly code: ProblemCode;
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly message: string;
  readonly field?: string;
  readonly reason?: string;
  readonly received?: unknown;
  readonly constraints?: ProblemConstraints;
  /** From `Retry-After`, in seconds. */
  readonly retryAfterSeconds?: number;
}

/** A refused or failed call. `message` is safe to show and to log: it never holds a token. */
export class HallpassProblem extends Error implements Problem {
  override readonly name = "HallpassProblem";
  readonly code: ProblemCode;
  readonly status: number;
  readonly field?: string;
  readonly reason?: string;
  readonly received?: unknown;
  readonly constraints?: ProblemConstraints;
  readonly retryAfterSeconds?: number;

  constructor(problem: Problem) {
    super(problem.message);
    this.code = problem.code;
    this.status = problem.status;
    if (problem.field !== undefined) this.field = problem.field;
    if (problem.reason !== undefined) this.reason = problem.reason;
    if (problem.received !== undefined) this.received = problem.received;
    if (problem.constraints !== undefined) this.constraints = problem.constraints;
    if (problem.retryAfterSeconds !== undefined) this.retryAfterSeconds = problem.retryAfterSeconds;
  }

  /** Whether an act-as session is over or was never good: there is nothing left to retry. */
  get endsActing(): boolean {
    return this.status === 401 && this.code.startsWith("TOKEN_");
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The problem that an unsuccessful answer describes. Reads a clone: the caller keeps the body. */
export async function problemOf(response: Response): Promise<HallpassProblem> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const retry = Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {};
  if (!isRecord(body) || typeof body["error"] !== "string") {
    return new HallpassProblem({
      code: "UNREADABLE",
      status: response.status,
      message: `The server answered ${response.status} without saying why.`,
      ...retry,
    });
  }
  const { message, field, reason, received, constraints } = body;
  return new HallpassProblem({
    // A newer server may have codes that this page does not know: they are told by their status.
    code: body["error"] as ErrorCode,
    status: response.status,
    message: typeof message === "string" ? message : body["error"],
    ...(typeof field === "string" ? { field } : {}),
    ...(typeof reason === "string" ? { reason } : {}),
    ...(received === undefined ? {} : { received }),
    ...(isRecord(constraints) ? { constraints } : {}),
    ...retry,
  });
}
