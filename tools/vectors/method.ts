import type { z } from "zod";
import { isUnavailable } from "#analyzer/unavailable.ts";
import type { Unavailable } from "#model/analysis/analysis.ts";

/** Computes what a vector's `out` holds, or a tagged reason, from its `in`. */
export type Method = (input: unknown) => unknown;

/** Reads the input by its schema, then asks the engine. */
export function method<Schema extends z.ZodType>(
  schema: Schema,
  answer: (input: z.infer<Schema>) => unknown,
): Method {
  return (input) => answer(schema.parse(input));
}

/** Renames the fields of a result; a refusal passes through. */
export function renamed<Result extends object, Output>(
  result: Result,
  rename: (result: Exclude<Result, Unavailable>) => Output,
): Output | Unavailable {
  return isUnavailable(result) ? result : rename(result as Exclude<Result, Unavailable>);
}

/** The renamed fields of a part that can be missing without the whole being refused. */
export function optional<Result extends object, Output extends object>(
  result: Result,
  rename: (result: Exclude<Result, Unavailable>) => Output,
): Output | Record<string, never> {
  const fields = renamed(result, rename);
  return isUnavailable(fields) ? {} : fields;
}

/** An interval as files write it. */
export function ends(bounds: { lower: number; upper: number }): [number, number] {
  return [bounds.lower, bounds.upper];
}
