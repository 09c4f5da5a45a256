import * as z from "zod";
import { chainHeadSchema } from "#model/analysis/chain-record.ts";
import {
  decisionActionSchema,
  decisionReasonCodeSchema,
  decisionRecordSchema,
  snapshotSchema,
} from "#model/analysis/decision.ts";
import { intervalSchema } from "#model/analysis/interval.ts";
import { aiConfigSchema, aiConfigVersionSchema, configVersionNumberSchema } from "#model/config/ai-config.ts";
import { experimentKindSchema, experimentStatusSchema } from "#model/experiment/experiment.ts";
import { labelsSchema } from "#model/experiment/labels.ts";
import { namespaceSchema } from "#model/experiment/namespace.ts";
import {
  displayNameSchema,
  epochMillisecondsSchema,
  metricKeySchema,
  resourceKeySchema,
} from "#model/identifiers.ts";
import { apiKeySchema } from "#model/key/api-key.ts";
import { metricDefinitionSchema, metricDirectionSchema, metricTypeSchema } from "#model/metric/metric.ts";

/** What the list shows of a metric. */
const metricLabelSchema = z.strictObject({
  key: metricKeySchema,
  name: displayNameSchema,
  type: metricTypeSchema,
  direction: metricDirectionSchema,
  displayUnit: z.string(),
});

/** A treatment's primary result, short; all null where it could not be computed. */
const primaryComparisonSchema = z.strictObject({
  variant: resourceKeySchema,
  estimate: z.number().nullable(),
  standardError: z.number().nonnegative().nullable(),
  /** Valid at every look. */
  alwaysValid: intervalSchema.nullable(),
});

export const primarySummarySchema = z.strictObject({
  metric: metricLabelSchema,
  comparisons: z.array(primaryComparisonSchema),
});
export type PrimarySummary = z.infer<typeof primarySummarySchema>;

/** What the newest analysis said, short. */
export const latestSummarySchema = z.strictObject({
  takenAt: epochMillisecondsSchema,
  units: z.int().nonnegative(),
  action: decisionActionSchema,
  reason: decisionReasonCodeSchema,
  /** Since when every analysis has given this reason. Missing in readings from before it was kept. */
  reasonSince: epochMillisecondsSchema.optional(),
  summary: z.string(),
  /** Verdicts over all guardrails and treatments. */
  guardrails: z.strictObject({ safe: z.int(), unclear: z.int(), harmed: z.int() }),
  primary: primarySummarySchema.nullable(),
});
export type LatestSummary = z.infer<typeof latestSummarySchema>;

/** An experiment in a list: short enough for thousands of them. */
export const experimentSummarySchema = z
  .strictObject({
    key: resourceKeySchema,
    name: displayNameSchema,
    kind: experimentKindSchema,
    config: resourceKeySchema,
    status: experimentStatusSchema,
    revision: z.int().positive(),
    control: resourceKeySchema,
    /** All variants with their AI-config versions, control included. */
    variants: z.array(z.strictObject({ key: resourceKeySchema, version: configVersionNumberSchema })),
    /** Two experiments on one AI config may run together in disjoint ranges of one namespace only. */
    namespace: namespaceSchema.nullable().default(null),
    createdAt: epochMillisecondsSchema,
    updatedAt: epochMillisecondsSchema,
    startedAt: epochMillisecondsSchema.nullable(),
    endedAt: epochMillisecondsSchema.nullable(),
    latestSummary: latestSummarySchema.nullable(),
    ...labelsSchema.pick({ owner: true, tags: true, archivedAt: true }).shape,
  })
  .meta({ id: "ExperimentSummary" });
export type ExperimentSummary = z.infer<typeof experimentSummarySchema>;

export const experimentListSchema = z.strictObject({ experiments: z.array(experimentSummarySchema) });
export const configListSchema = z.strictObject({ configs: z.array(aiConfigSchema) });
export const configVersionListSchema = z.strictObject({ versions: z.array(aiConfigVersionSchema) });
export const metricListSchema = z.strictObject({
  metrics: z.array(metricDefinitionSchema),
  /** The keys of those among them that are archived. */
  archived: z.array(metricKeySchema).default([]),
});
export const keyListSchema = z.strictObject({ keys: z.array(apiKeySchema) });
export const decisionListSchema = z.strictObject({
  decisions: z.array(decisionRecordSchema),
  /** The end of the chain of records. Null where nothing was recorded yet. */
  chainHead: chainHeadSchema.nullable().default(null),
});
export const snapshotListSchema = z.strictObject({ snapshots: z.array(snapshotSchema) });

/** The aggregator's totals against those rebuilt from the event log. */
export const verificationSchema = z
  .strictObject({
    experiment: resourceKeySchema,
    agrees: z.boolean(),
    events: z.int().nonnegative(),
    /** Compared as well, but counted apart: what nobody vouches for. */
    unvouchedEvents: z.int().nonnegative(),
    units: z.int().nonnegative(),
    /** Events and exposures that were counted while the event log was full, and are not in it. With any, sums differ. */
    unloggedEntries: z.int().nonnegative(),
    /** The largest relative difference of any sum. */
    largestDifference: z.number().nonnegative(),
    /** What differs by more than the tolerance, by name. */
    differences: z.array(z.string()),
  })
  .meta({ id: "Verification" });
export type Verification = z.infer<typeof verificationSchema>;
