import * as z from "zod";
import { configVersionNumberSchema } from "../config/ai-config.ts";
import { resourceKeySchema } from "../identifiers.ts";

/** An isolate reads a holdout with each of its AI configs. */
export const MAXIMUM_HOLDOUT_CONFIGS = 50;
export const MAXIMUM_RUNNING_HOLDOUTS = 20;

/** A share of all units. Below half a per cent weeks show nothing, and beyond a fifth too many users get nothing new. */
export const holdoutShareSchema = z.number().min(0.005).max(0.2);

/**
 * What makes an experiment a holdout: its control is kept out of all experiments and releases on several AI configs and stays on
 * what was live at the start. It decides nothing.
 */
export const holdoutSchema = z.strictObject({
  share: holdoutShareSchema,
  /** With the version that its units stay on. */
  configs: z
    .array(z.strictObject({ config: resourceKeySchema, version: configVersionNumberSchema }))
    .min(1)
    .max(MAXIMUM_HOLDOUT_CONFIGS),
});
