import { wordsFor } from "./read.ts";

/** Why something did not work, with a stable code. Never reaches the app as an exception. */
export class Failure extends Error {
  readonly code: string;
  /** The HTTP status of a refusal: Bakeoff has read the request and would refuse it again. 0 when it may yet work. */
  readonly refusal: number;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | undefined;
  /** What the server said. */
  readonly answer: unknown;

  constructor(code: string, message = code, refusal = 0, retryAfterMs?: number, answer?: unknown) {
    super(message);
    this.code = code;
    this.refusal = refusal;
    this.retryAfterMs = retryAfterMs;
    this.answer = answer;
  }
}

/** Anything thrown, as a failure. */
export function toFailure(cause: unknown, code = "internal_error"): Failure {
  return cause instanceof Failure ? cause : new Failure(code, wordsFor(cause));
}
