import * as z from "zod";

/**
 * What becomes of evidence that came by a client key without a token for its unit. `exclude`: it is kept and shown beside the
 * results. `admit`: it decides like any other, so whoever has read the key in a browser can decide the experiment.
 */
export const unvouchedPolicySchema = z.enum(["exclude", "admit"]);
