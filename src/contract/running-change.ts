import * as z from "zod";
import { experimentInputSchema, experimentSchema, marginSchema } from "#model/experiment/experiment.ts";
import { metricKeySchema, resourceKeySchema } from "#model/identifiers.ts";
import { transitionInputSchema } from "./experiment-changes.ts";

const limits = experimentInputSchema.shape;

/** What of a running experiment's traffic and rules may change, because no decision can become wrong by it. */
export const runningChangeSchema = transitionInputSchema
  .extend({
    /** New shares of the variants that still get traffic, by their keys; they sum to 1. Opens a phase. */
    weights: z.record(resourceKeySchema, z.number().gt(0).lt(1)).optional(),
    /** The share of units that take part. May only grow. */
    coverage: z.number().gt(0).max(1).optional(),
    /** Smaller margins of metrics that have one, by their keys. */
    margins: z.record(metricKeySchema, marginSchema).optional(),
    /** May only grow, up to the maximum. */
    minimumUnits: limits.minimumUnits,
    /** May only grow, up to the maximum. */
    minimumDurationSeconds: limits.minimumDurationSeconds,
    maximumDurationSeconds: limits.maximumDurationSeconds,
    /** Only says what would happen. */
    dryRun: z.boolean().default(false),
  })
  .meta({ id: "RunningChange" });
export type RunningChange = z.infer<typeof runningChangeSchema>;

export const consequenceCodeSchema = z.enum([
  "phase_opened",
  "units_keep_variant",
  "units_change_variant",
  "earlier_units_go_on",
  "earlier_units_stop",
  "information_per_unit",
  "interval_at_maximum",
  "maximum_stays",
  "coverage_grows",
  "margin_tightened",
  "promoted_later",
  "maximum_duration_changed",
]);

/** What a change does or costs. */
export const consequenceSchema = z.strictObject({
  code: consequenceCodeSchema,
  /** The treatment or metric that it is about; null where it is about the experiment. */
  subject: z.string().nullable(),
  sentence: z.string(),
});
export type Consequence = z.infer<typeof consequenceSchema>;

export const runningChangeReplySchema = z
  .strictObject({
    /** False after a dry run. */
    isApplied: z.boolean(),
    consequences: z.array(consequenceSchema),
    /** As it is after the change; after a dry run as it is now. */
    experiment: experimentSchema,
  })
  .meta({ id: "RunningChangeReply" });
export type RunningChangeReply = z.infer<typeof runningChangeReplySchema>;
