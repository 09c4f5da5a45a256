import { z } from "zod";

const toleranceSchema = z.tuple([z.number(), z.number()]);

const vectorSchema = z.object({
  id: z.string(),
  method: z.string(),
  in: z.record(z.string(), z.unknown()),
  out: z.record(z.string(), z.unknown()),
  /** Relative and absolute tolerance per field; `*` for every other field. */
  tol: z.record(z.string(), toleranceSchema).default({}),
});
export type Vector = z.infer<typeof vectorSchema>;
export type Tolerances = Vector["tol"];

/** A file of reference cases; whatever else it holds is left alone. */
export const vectorFileSchema = z.object({ cases: z.array(vectorSchema) });

/** A double: JSON knows no infinities, so that files spell them out; null stands for a number that is none. */
export const doubleSchema = z.union([
  z.number(),
  z.literal("Infinity").transform(() => Number.POSITIVE_INFINITY),
  z.literal("-Infinity").transform(() => Number.NEGATIVE_INFINITY),
  z.null().transform(() => Number.NaN),
]);
export const doublesSchema = z.array(doubleSchema);
