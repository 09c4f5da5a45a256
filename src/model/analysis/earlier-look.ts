import * as z from "zod";
import { resourceKeySchema } from "../identifiers.ts";
import { analysisSchema, differenceSchema, metricAnalysisSchema } from "./analysis.ts";
import { sampleRatioCheckSchema } from "./data-quality.ts";

const earlierComparisonSchema = z.strictObject({
  variant: resourceKeySchema,
  difference: z.discriminatedUnion("status", [
    differenceSchema.pick({ status: true, running: true }),
    z.strictObject({ status: z.literal("unavailable") }),
  ]),
});

/** What an analysis takes over of the one before it, and nothing else: all looks so far together. */
export const earlierLookSchema = analysisSchema
  .pick({ takenAt: true, dataDoubts: true, proofs: true })
  .extend({
    sampleRatio: sampleRatioCheckSchema.pick({ runningPValue: true }),
    metrics: z.array(
      metricAnalysisSchema.pick({ metric: true }).extend({ comparisons: z.array(earlierComparisonSchema) }),
    ),
  });
export type EarlierLook = z.infer<typeof earlierLookSchema>;

/** Of an analysis, what the next one takes over. */
export function earlierLookOf({
  takenAt,
  dataDoubts,
  proofs,
  sampleRatio,
  metrics,
}: EarlierLook): EarlierLook {
  return {
    takenAt,
    dataDoubts,
    proofs,
    sampleRatio: { runningPValue: sampleRatio.runningPValue },
    metrics: metrics.map(({ metric, comparisons }) => ({
      metric,
      comparisons: comparisons.map(({ variant, difference }) => ({
        variant,
        difference:
          difference.status === "ok"
            ? { status: "ok", running: difference.running }
            : { status: "unavailable" },
      })),
    })),
  };
}
