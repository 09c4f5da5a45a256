import * as z from "zod";
import { segmentationSchema } from "#model/analysis/segments.ts";
import { epochMillisecondsSchema, metricKeySchema, resourceKeySchema } from "#model/identifiers.ts";

const ofExperiment = { experiment: resourceKeySchema };

/** What the log of an experiment is read for. */
export const logQuestionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("verification"), ...ofExperiment }),
  /** Of a recorded decision: what the log gives up to where it was counted then. */
  z.strictObject({ kind: z.literal("replay"), ...ofExperiment, decision: epochMillisecondsSchema }),
  z.strictObject({ kind: z.literal("segments"), ...ofExperiment, ...segmentationSchema.shape }),
  z.strictObject({
    kind: z.literal("winsorized"),
    ...ofExperiment,
    metric: metricKeySchema,
    quantile: z.number(),
  }),
  /** Of one unit, by its keyed hash. */
  z.strictObject({ kind: z.literal("unit_history"), ...ofExperiment, unit: z.string() }),
  z.strictObject({ kind: z.literal("multiple_exposures"), ...ofExperiment }),
  z.strictObject({ kind: z.literal("interaction"), ...ofExperiment, other: resourceKeySchema }),
]);
export type LogQuestion = z.infer<typeof logQuestionSchema>;

/** The name of the object that answers a question: every question has one of its own. */
export function readerName(question: LogQuestion): string {
  const { kind, experiment, ...rest } = question;
  return [kind, experiment, ...Object.values(rest)].join("/");
}
