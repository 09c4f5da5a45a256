import type { Unavailable, UnavailableReason } from "#model/analysis/analysis.ts";

/** Instead of numbers: why there are none. Never an exception, never a p-value of 1. */
export function unavailable(reason: UnavailableReason): Unavailable {
  return { status: "unavailable", reason };
}

/** Tells a reason from a result; results of the analyzer are objects or numbers. */
export function isUnavailable(result: unknown): result is Unavailable {
  return (
    typeof result === "object" && result !== null && "status" in result && result.status === "unavailable"
  );
}

/** True for finite numbers only. */
export function areFinite(...values: readonly number[]): boolean {
  return values.every(Number.isFinite);
}

/** Strictly between 0 and 1, as error rates and powers are. */
export function isShare(value: number): boolean {
  return value > 0 && value < 1;
}

function holdsNaN(value: unknown): boolean {
  if (typeof value === "number") return Number.isNaN(value);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsNaN);
}

/** The result, or `bad_input` when numbers near the end of the double range left a NaN somewhere in it. */
export function withoutNaN<Result extends object>(result: Result): Result | Unavailable {
  return holdsNaN(result) ? unavailable("bad_input") : result;
}
