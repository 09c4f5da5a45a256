import type { z } from "zod";
import type { Refused } from "#analyzer/unavailable.ts";

/** Computes what a vector's `out` holds, or a tagged reason, from its `in`. */
export type Method = (input: unknown) => unknown;

/** Reads the input by its schema, then asks the engine. */
export function method<Schema extends z.ZodType>(
  schema: Schema,
  answer: (input: z.infer<Schema>) => unknown,
): Method {
  return (input) => answer(schema.parse(input));
}

export function isRefused(value: unknown): value is Refused {
  return typeof value === "object" && value !== null && "reason" in value;
}

/** Renames the fields of a result; a refusal passes through. */
export function renamed<Result extends object, Output>(
  result: Result,
  rename: (result: Exclude<Result, Refused>) => Output,
): Output | Refused {
  return isRefused(result) ? result : rename(result as Exclude<Result, Refused>);
}

/** The renamed fields of a part that can be missing without the whole being refused. */
export function optional<Result extends object, Output extends object>(
  result: Result,
  rename: (result: Exclude<Result, Refused>) => Output,
): Output | Record<string, never> {
  const fields = renamed(result, rename);
  return isRefused(fields) ? {} : fields;
}

/** An interval as files write it. */
export function ends(bounds: { lower: number; upper: number }): [number, number] {
  return [bounds.lower, bounds.upper];
}
