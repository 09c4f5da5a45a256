import * as z from "zod";
import { assignmentSchema } from "#model/config/assignment.ts";
import { COMPARISON, HELD_OUT } from "#model/experiment/holdout-arms.ts";
import { resourceKeySchema, unitIdentifierSchema } from "#model/identifiers.ts";
import { attributesSchema } from "#model/unit/attributes.ts";
import { endpoint } from "./endpoint.ts";

const bucketSchema = z.number().min(0).max(1);

/** Half-open: start included, end excluded. */
const rangeSchema = z.strictObject({ start: bucketSchema, end: z.number().min(0) });

const explainedExperimentSchema = z.strictObject({
  experiment: resourceKeySchema,
  phase: z.int().nonnegative(),
  /**
   * The check that decided. `outside_namespace`, `condition_not_met`, `not_covered`: the next experiment was asked. `assigned`: this
   * experiment decided. `switched_off`: the unit's variant was switched off, and it is served the control.
   * `excluded`: the unit is left out by name, and the next experiment was asked. `forced`: it gets a variant by name, and takes no part.
   */
  outcome: z.enum([
    "outside_namespace",
    "condition_not_met",
    "not_covered",
    "assigned",
    "switched_off",
    "excluded",
    "forced",
  ]),
  /** The variant that the unit is forced to; null for all others. */
  forcedVariant: resourceKeySchema.nullable(),
  /** Null for an experiment without a namespace, and where it was not asked. */
  namespace: z
    .strictObject({ name: z.string(), bucket: bucketSchema, range: rangeSchema, isInside: z.boolean() })
    .nullable(),
  /** Null for an experiment without a condition, and where it was not asked. */
  meetsCondition: z.boolean().nullable(),
  /** Where the unit's hash falls among the variants; null where that was not asked. */
  place: z
    .strictObject({
      bucket: bucketSchema,
      ranges: z.array(z.strictObject({ variant: resourceKeySchema, range: rangeSchema })),
      variant: resourceKeySchema.nullable(),
    })
    .nullable(),
  /** The same in a sentence. */
  sentence: z.string(),
});

/** How the holdout on the AI config treats the unit. */
const explainedHoldoutSchema = z.strictObject({
  holdout: resourceKeySchema,
  bucket: bucketSchema,
  ranges: z.array(z.strictObject({ group: z.enum([HELD_OUT, COMPARISON]), range: rangeSchema })),
  /**
   * `held-out`: it gets what was live at the start, and no experiment is asked. `comparison`: it gets what everybody gets, and is
   * counted. Null for all others.
   */
  group: z.enum([HELD_OUT, COMPARISON]).nullable(),
  /** The same in a sentence. */
  sentence: z.string(),
});

/** What has not asked the unit, because it serves nobody at the moment. */
const pausedExperimentSchema = z.strictObject({ experiment: resourceKeySchema, sentence: z.string() });

export const explanationSchema = z
  .strictObject({
    assignment: assignmentSchema,
    /** Asked before all experiments; null where there is none. */
    holdout: explainedHoldoutSchema.nullable(),
    /** The experiments that were asked, in that order. */
    experiments: z.array(explainedExperimentSchema),
    paused: z.array(pausedExperimentSchema),
    rulesetVersion: z.int().nonnegative(),
    /** True when the database could not be reached and an older ruleset was used. */
    stale: z.boolean(),
  })
  .meta({ id: "Explanation" });
export type ExplanationReply = z.infer<typeof explanationSchema>;

export const postExplanation = endpoint({
  method: "POST",
  path: "/v1/explain",
  scope: "read",
  tag: "Assignment",
  summary: "Why a unit gets what it gets: every check of every experiment that was asked; records nothing",
  body: z
    .strictObject({
      config: resourceKeySchema,
      unit: unitIdentifierSchema,
      attributes: attributesSchema.optional(),
    })
    .meta({ id: "ExplanationRequest" }),
  reply: explanationSchema,
});
