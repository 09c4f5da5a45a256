import * as z from "zod";

/**
 * What becomes of a treatment that can hardly be proven better by the maximum of units any more. `stop`: it leaves, and the
 * experiment ends with the last one. `ignore`: it goes on to the maximum.
 */
export const futilityPolicySchema = z.enum(["stop", "ignore"]);
