import { z } from "zod";
import { assignmentReason } from "#model/config/assignment.ts";
import { resourceKey, unitText, unitToken } from "#model/identifiers.ts";
import { refuseTooMuch } from "#model/unit/attributes.ts";
import { jsonValue } from "#shared/json.ts";
import { servedConfigValue } from "./ruleset.ts";

/**
 * The OpenFeature Remote Evaluation Protocol, 0.3: AI configs are its flags. Unknown members of a request are passed over,
 * as protocols that grow want it.
 */
export const ofrepRequest = z
  .looseObject({
    /** The unit, and beside it the attributes that targeting conditions read. */
    context: z
      .object({ targetingKey: unitText, bakeoffUnitToken: unitToken.optional() })
      .catchall(jsonValue)
      .superRefine(refuseTooMuch),
  })
  .meta({ id: "OfrepRequest" });
export type OfrepRequest = z.infer<typeof ofrepRequest>;

export const ofrepEvaluation = z
  .strictObject({
    key: resourceKey,
    value: servedConfigValue,
    /** The variant's key, or `live` for a unit in no experiment. */
    variant: resourceKey,
    reason: assignmentReason,
    metadata: z.strictObject({
      /** Present for a unit in an experiment, as is the period of its weights. */
      experiment: resourceKey.optional(),
      period: z.int().nonnegative().optional(),
      version: z.int().positive(),
      /** Said once for all flags where all are asked for: a client would take every flag for changed otherwise. */
      rulesetVersion: z.int().nonnegative().optional(),
    }),
  })
  .meta({ id: "OfrepEvaluation" });
export type OfrepEvaluation = z.infer<typeof ofrepEvaluation>;

const ofrepErrorCode = z.enum([
  "PARSE_ERROR",
  "TARGETING_KEY_MISSING",
  "INVALID_CONTEXT",
  "FLAG_NOT_FOUND",
  "GENERAL",
]);
export type OfrepErrorCode = z.infer<typeof ofrepErrorCode>;

export const ofrepFailure = z
  .strictObject({
    /** The flag, where one was asked for. */
    key: z.string().optional(),
    errorCode: ofrepErrorCode,
    errorDetails: z.string(),
  })
  .meta({ id: "OfrepFailure" });
export type OfrepFailure = z.infer<typeof ofrepFailure>;

export const ofrepBulkEvaluation = z
  .strictObject({
    flags: z.array(z.union([ofrepEvaluation, ofrepFailure])),
    metadata: z.strictObject({ rulesetVersion: z.int().nonnegative() }),
  })
  .meta({ id: "OfrepBulkEvaluation" });
