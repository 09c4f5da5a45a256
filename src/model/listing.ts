import { z } from "zod";
import { aiConfig, aiConfigVersion } from "./ai-config.ts";
import { metricAnalysis } from "./analysis.ts";
import { apiKey } from "./api-key.ts";
import { auditEntry } from "./audit.ts";
import { decisionAction, decisionRecord, snapshot } from "./decision.ts";
import { experiment } from "./experiment.ts";
import { epochMilliseconds, resourceKey } from "./identifiers.ts";
import { metricDefinition } from "./metric.ts";

/** An experiment in the list, with what its latest analysis said. */
export const experimentListItem = z
  .strictObject({
    experiment,
    latest: z
      .strictObject({
        takenAt: epochMilliseconds,
        units: z.int().nonnegative(),
        action: decisionAction,
        summary: z.string(),
        primary: metricAnalysis.nullable(),
      })
      .nullable(),
  })
  .meta({ id: "ExperimentListItem" });
export type ExperimentListItem = z.infer<typeof experimentListItem>;

export const experimentList = z.strictObject({ experiments: z.array(experimentListItem) });
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
    units: z.int().nonnegative(),
    /** The largest relative difference of any sum. */
    largestDifference: z.number().nonnegative(),
    /** What differs by more than the tolerance, by name. */
    differences: z.array(z.string()),
  })
  .meta({ id: "Verification" });
export type Verification = z.infer<typeof verification>;
