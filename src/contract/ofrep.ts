import * as z from "zod";
import { assignmentReasonSchema } from "#model/config/assignment.ts";
import { resourceKeySchema, unitTextSchema, unitTokenSchema } from "#model/identifiers.ts";
import { refuseTooMuch } from "#model/unit/attributes.ts";
import { jsonValueSchema } from "#shared/json.ts";
import { endpoint } from "./endpoint.ts";
import { servedConfigValueSchema } from "./ruleset.ts";

/**
 * The OpenFeature Remote Evaluation Protocol, 0.3: AI configs are its flags. Unknown members of a request are passed over,
 * as protocols that grow want it.
 */
export const ofrepRequestSchema = z
  .looseObject({
    /** The unit, and beside it the attributes that targeting conditions read. */
    context: z
      .object({ targetingKey: unitTextSchema, bakeoffUnitToken: unitTokenSchema.optional() })
      .catchall(jsonValueSchema)
      .superRefine(refuseTooMuch),
  })
  .meta({ id: "OfrepRequest" });
export type OfrepRequest = z.infer<typeof ofrepRequestSchema>;

export const ofrepEvaluationSchema = z
  .strictObject({
    key: resourceKeySchema,
    value: servedConfigValueSchema,
    /** The variant's key, or `live` for a unit in no experiment. */
    variant: resourceKeySchema,
    reason: assignmentReasonSchema,
    metadata: z.strictObject({
      /** Present for a unit in an experiment, as is the phase of its weights. */
      experiment: resourceKeySchema.optional(),
      phase: z.int().nonnegative().optional(),
      version: z.int().positive(),
      /** Said once for all flags where all are asked for: a client would take every flag for changed otherwise. */
      rulesetVersion: z.int().nonnegative().optional(),
    }),
  })
  .meta({ id: "OfrepEvaluation" });
export type OfrepEvaluation = z.infer<typeof ofrepEvaluationSchema>;

const ofrepErrorCodeSchema = z.enum([
  "PARSE_ERROR",
  "TARGETING_KEY_MISSING",
  "INVALID_CONTEXT",
  "FLAG_NOT_FOUND",
  "GENERAL",
]);
export type OfrepErrorCode = z.infer<typeof ofrepErrorCodeSchema>;

export const ofrepFailureSchema = z
  .strictObject({
    /** The flag, where one was asked for. */
    key: z.string().optional(),
    errorCode: ofrepErrorCodeSchema,
    errorDetails: z.string(),
  })
  .meta({ id: "OfrepFailure" });
export type OfrepFailure = z.infer<typeof ofrepFailureSchema>;

export const ofrepBulkEvaluationSchema = z
  .strictObject({
    flags: z.array(z.union([ofrepEvaluationSchema, ofrepFailureSchema])),
    metadata: z.strictObject({ rulesetVersion: z.int().nonnegative() }),
  })
  .meta({ id: "OfrepBulkEvaluation" });

const common = { method: "POST", scope: "client", tag: "OpenFeature", crossOrigin: true } as const;

export const evaluateFlag = endpoint({
  ...common,
  path: "/ofrep/v1/evaluate/flags/:key",
  summary: "OFREP: the AI config as a flag, for the unit that the targeting key names",
  parameters: z.object({ key: resourceKeySchema }),
  body: ofrepRequestSchema,
  reply: ofrepEvaluationSchema,
});

export const evaluateFlags = endpoint({
  ...common,
  path: "/ofrep/v1/evaluate/flags",
  summary: "OFREP: all AI configs as flags, for the unit that the targeting key names",
  body: ofrepRequestSchema,
  reply: ofrepBulkEvaluationSchema,
});
