import * as z from "zod";
import { resourceKeySchema } from "../identifiers.ts";
import { configValueSchema, configVersionNumberSchema } from "./ai-config.ts";

/**
 * Why a unit got its value, in OpenFeature's words. `STATIC`: no experiment. `SPLIT`: by the hash.
 * `TARGETING_MATCH`: by the hash, after a targeting condition matched. `DEFAULT`: an experiment runs, this unit is not
 * in it. `DISABLED`: the experiment is paused, or the unit's variant was switched off. `OVERRIDE`: the unit is forced to a variant,
 * and takes no part. `HOLDOUT`: the unit is kept out of experiments and gets what was live at the holdout's start.
 */
export const assignmentReasonSchema = z.enum([
  "STATIC",
  "SPLIT",
  "TARGETING_MATCH",
  "DEFAULT",
  "DISABLED",
  "OVERRIDE",
  "HOLDOUT",
]);
export type AssignmentReason = z.infer<typeof assignmentReasonSchema>;

export const assignmentSchema = z
  .strictObject({
    config: resourceKeySchema,
    value: configValueSchema,
    version: configVersionNumberSchema,
    experiment: resourceKeySchema.nullable(),
    variant: resourceKeySchema.nullable(),
    /** Which phase of the experiment's weights this was; give it back with the outcome where weights adapt. */
    phase: z.int().nonnegative().nullable(),
    reason: assignmentReasonSchema,
  })
  .meta({ id: "Assignment" });
export type Assignment = z.infer<typeof assignmentSchema>;
