import * as z from "zod";
import { assignmentSchema } from "#model/config/assignment.ts";
import {
  metricKeySchema,
  resourceKeySchema,
  unitIdentifierSchema,
  unitTokenSchema,
} from "#model/identifiers.ts";
import { MAXIMUM_METRIC_MAGNITUDE } from "#model/metric/metric.ts";
import { attributesSchema } from "#model/unit/attributes.ts";
import { endpoint } from "./endpoint.ts";

export const MAXIMUM_ASSIGNMENTS_PER_REQUEST = 100;

/**
 * What is known of a unit from before, per metric: its past average, say. Explains away variance that has nothing to do
 * with the experiment, so that differences show earlier. Taken with the exposure that makes the unit known, and at no later
 * time: then they may know of the outcome.
 */
export const covariatesSchema = z
  .record(metricKeySchema, z.number().min(-MAXIMUM_METRIC_MAGNITUDE).max(MAXIMUM_METRIC_MAGNITUDE))
  .refine((values) => Object.keys(values).length <= 20, "a unit brings at most 20 covariates");

export const assignmentRequestSchema = z
  .strictObject({
    config: resourceKeySchema,
    unit: unitIdentifierSchema,
    attributes: attributesSchema.optional(),
    covariates: covariatesSchema.optional(),
    token: unitTokenSchema.optional(),
    /** False asks without taking part: nothing is recorded. For trying things out, never for what users get. */
    expose: z.boolean().optional(),
  })
  .meta({ id: "AssignmentRequest" });
export type AssignmentRequest = z.infer<typeof assignmentRequestSchema>;

export const assignmentBatchRequestSchema = z
  .strictObject({ requests: z.array(assignmentRequestSchema).min(1).max(MAXIMUM_ASSIGNMENTS_PER_REQUEST) })
  .meta({ id: "AssignmentBatchRequest" });

const rulesetState = {
  rulesetVersion: z.int().nonnegative(),
  /** True when the database could not be reached and an older ruleset was used. */
  stale: z.boolean(),
};

export const assignmentReplySchema = assignmentSchema.extend(rulesetState).meta({ id: "AssignmentReply" });

const assignmentFailureSchema = z.strictObject({
  config: resourceKeySchema,
  code: z.string(),
  message: z.string(),
});

/** One entry per request, in the order of the requests. */
export const assignmentBatchReplySchema = z
  .strictObject({
    assignments: z.array(z.union([assignmentSchema, assignmentFailureSchema])),
    ...rulesetState,
  })
  .meta({ id: "AssignmentBatchReply" });

export const assign = endpoint({
  method: "POST",
  path: "/v1/assign",
  scope: "client",
  tag: "Assignment",
  summary: "Which version of an AI config a unit gets; one request, or up to 100 in `requests`",
  crossOrigin: true,
  body: z.union([assignmentRequestSchema, assignmentBatchRequestSchema]),
  reply: z.union([assignmentReplySchema, assignmentBatchReplySchema]),
});

/** The same endpoint for clients that ask for many units at once. */
export const assignBatch = endpoint({
  ...assign,
  body: assignmentBatchRequestSchema,
  reply: assignmentBatchReplySchema,
});

/** The same for one unit. */
export const assignOne = endpoint({ ...assign, body: assignmentRequestSchema, reply: assignmentReplySchema });
