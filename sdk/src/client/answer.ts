import type { Assigned } from "../api.ts";
import type { StandardSchema } from "../standard-schema.ts";
import { Failure, toFailure } from "../util/failure.ts";
import { within } from "../util/time.ts";

/** The schema's own output. @throws Failure `invalid_value` or `timeout` */
export async function validate<Value>(
  value: unknown,
  schema: StandardSchema<Value>,
  timeoutMs: number,
): Promise<Value> {
  const outcome = await within(timeoutMs, async () => schema["~standard"].validate(value));
  if (outcome.issues) {
    throw new Failure("invalid_value", outcome.issues.map(({ message }) => message).join("; "));
  }
  return outcome.value;
}

/** What the app goes on with. */
export function toFallback<Value>(config: string, value: Value, cause: unknown): Assigned<Value> {
  const { code, message } = toFailure(cause);
  return Object.freeze({
    config,
    value,
    version: null,
    experiment: null,
    variant: null,
    phase: null,
    reason: "ERROR",
    error: { code, message },
  });
}
