import { z } from "zod";
import { configValue, configVersionNumber } from "./ai-config.ts";
import { attributes } from "./attributes.ts";
import { metricKey, resourceKey, unitIdentifier, unitToken } from "./identifiers.ts";
import { MAXIMUM_METRIC_MAGNITUDE } from "./metric.ts";

export const MAXIMUM_ASSIGNMENTS_PER_REQUEST = 100;

/**
 * What is known of a unit from before, per metric: its past average, say. Explains away variance that has nothing to do
 * with the experiment, so that differences show earlier. Taken with the exposure that makes the unit known, and at no later
 * time: then they may know of the outcome.
 */
export const covariates = z
  .record(metricKey, z.number().min(-MAXIMUM_METRIC_MAGNITUDE).max(MAXIMUM_METRIC_MAGNITUDE))
  .refine((values) => Object.keys(values).length <= 20, "a unit brings at most 20 covariates");

export const assignmentRequest = z
  .strictObject({
    config: resourceKey,
    unit: unitIdentifier,
    attributes: attributes.optional(),
    covariates: covariates.optional(),
    token: unitToken.optional(),
    /** False asks without taking part: nothing is recorded. For trying things out, never for what users get. */
    expose: z.boolean().optional(),
  })
  .meta({ id: "AssignmentRequest" });
export type AssignmentRequest = z.infer<typeof assignmentRequest>;

export const assignmentBatchRequest = z
  .strictObject({ requests: z.array(assignmentRequest).min(1).max(MAXIMUM_ASSIGNMENTS_PER_REQUEST) })
  .meta({ id: "AssignmentBatchRequest" });

/**
 * Why a unit got its value, in OpenFeature's words. `STATIC`: no experiment. `SPLIT`: by the hash.
 * `TARGETING_MATCH`: by the hash, after a targeting condition matched. `DEFAULT`: an experiment runs, this unit is not
 * in it. `DISABLED`: the experiment is paused, or the unit's variant was switched off.
 */
export const assignmentReason = z.enum(["STATIC", "SPLIT", "TARGETING_MATCH", "DEFAULT", "DISABLED"]);
export type AssignmentReason = z.infer<typeof assignmentReason>;

export const assignment = z
  .strictObject({
    config: resourceKey,
    value: configValue,
    version: configVersionNumber,
    experiment: resourceKey.nullable(),
    variant: resourceKey.nullable(),
    /** Which period of the experiment's weights this was; give it back with the outcome where weights adapt. */
    period: z.int().nonnegative().nullable(),
    reason: assignmentReason,
  })
  .meta({ id: "Assignment" });
export type Assignment = z.infer<typeof assignment>;

const rulesetState = {
  rulesetVersion: z.int().nonnegative(),
  /** True when the database could not be reached and an older ruleset was used. */
  stale: z.boolean(),
};

export const assignmentReply = assignment.extend(rulesetState).meta({ id: "AssignmentReply" });

const assignmentFailure = z.strictObject({ config: resourceKey, code: z.string(), message: z.string() });

/** One entry per request, in the order of the requests. */
export const assignmentBatchReply = z
  .strictObject({ assignments: z.array(z.union([assignment, assignmentFailure])), ...rulesetState })
  .meta({ id: "AssignmentBatchReply" });
