import { z } from "zod";
import { interval } from "#model/analysis/analysis.ts";
import { decisionAction, decisionReasonCode, decisionRecord, snapshot } from "#model/analysis/decision.ts";
import { aiConfig, aiConfigVersion, configVersionNumber } from "#model/config/ai-config.ts";
import { experimentKind, experimentStatus, namespace } from "#model/experiment/experiment.ts";
import { displayName, epochMilliseconds, metricKey, resourceKey } from "#model/identifiers.ts";
import { apiKey } from "#model/key/api-key.ts";
import { metricDefinition, metricDirection, metricType } from "#model/metric/metric.ts";
import { auditEntry } from "./audit.ts";

/** What the list shows of a metric. */
const metricLabel = z.strictObject({
  key: metricKey,
  name: displayName,
  type: metricType,
  direction: metricDirection,
  unit: z.string(),
});

/** A treatment's primary result, short; all null where it could not be computed. */
const primaryComparison = z.strictObject({
  variant: resourceKey,
  estimate: z.number().nullable(),
  standardError: z.number().nonnegative().nullable(),
  /** Valid at every look. */
  alwaysValid: interval.nullable(),
});

export const primaryReading = z.strictObject({
  metric: metricLabel,
  comparisons: z.array(primaryComparison),
});
export type PrimaryReading = z.infer<typeof primaryReading>;

/** What the newest analysis said, short. */
export const latestReading = z.strictObject({
  takenAt: epochMilliseconds,
  units: z.int().nonnegative(),
  action: decisionAction,
  reason: decisionReasonCode,
  /** Since when every analysis has given this reason. Missing in readings from before it was kept. */
  reasonSince: epochMilliseconds.optional(),
  summary: z.string(),
  /** Verdicts over all guardrails and treatments. */
  guardrails: z.strictObject({ safe: z.int(), unclear: z.int(), harmed: z.int() }),
  primary: primaryReading.nullable(),
});
export type LatestReading = z.infer<typeof latestReading>;

/** An experiment in a list: short enough for thousands of them. */
export const experimentSummary = z
  .strictObject({
    key: resourceKey,
    name: displayName,
    kind: experimentKind,
    config: resourceKey,
    status: experimentStatus,
    revision: z.int().positive(),
    control: resourceKey,
    /** All variants with their AI-config versions, control included. */
    variants: z.array(z.strictObject({ key: resourceKey, version: configVersionNumber })),
    /** Two experiments on one AI config may run together in disjoint ranges of one namespace only. */
    namespace: namespace.nullable().default(null),
    createdAt: epochMilliseconds,
    updatedAt: epochMilliseconds,
    startedAt: epochMilliseconds.nullable(),
    endedAt: epochMilliseconds.nullable(),
    latest: latestReading.nullable(),
  })
  .meta({ id: "ExperimentSummary" });
export type ExperimentSummary = z.infer<typeof experimentSummary>;

export const experimentList = z.strictObject({ experiments: z.array(experimentSummary) });
export const configList = z.strictObject({ configs: z.array(aiConfig) });
export const configVersionList = z.strictObject({ versions: z.array(aiConfigVersion) });
export const metricList = z.strictObject({ metrics: z.array(metricDefinition) });
export const keyList = z.strictObject({ keys: z.array(apiKey) });
export const auditList = z.strictObject({ entries: z.array(auditEntry) });
export const decisionList = z.strictObject({ decisions: z.array(decisionRecord) });
export const snapshotList = z.strictObject({ snapshots: z.array(snapshot) });

/** The aggregator's totals against those rebuilt from the event log. */
export const verification = z
  .strictObject({
    experiment: resourceKey,
    agrees: z.boolean(),
    events: z.int().nonnegative(),
    /** Compared as well, but counted apart: what nobody vouches for. */
    unvouchedEvents: z.int().nonnegative(),
    units: z.int().nonnegative(),
    /** The largest relative difference of any sum. */
    largestDifference: z.number().nonnegative(),
    /** What differs by more than the tolerance, by name. */
    differences: z.array(z.string()),
  })
  .meta({ id: "Verification" });
export type Verification = z.infer<typeof verification>;
