import { z } from "zod";
import { resourceKey } from "../identifiers.ts";
import { configValue, configVersionNumber } from "./ai-config.ts";

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
