import { z } from "zod";
import { assignment } from "#model/config/assignment.ts";
import { metricKey, resourceKey, unitIdentifier, unitToken } from "#model/identifiers.ts";
import { MAXIMUM_METRIC_MAGNITUDE } from "#model/metric/metric.ts";
import { attributes } from "#model/unit/attributes.ts";

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
