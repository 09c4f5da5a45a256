import * as z from "zod";

/** Fixed weights, or weights that follow the evidence while the experiment runs. */
export const allocationSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("fixed") }),
  z.strictObject({
    type: z.literal("adaptive"),
    /** `thompson` serves users: every arm as often as it is likely to be best · `top_two` finds the best arm sooner. */
    algorithm: z.enum(["thompson", "top_two"]).default("top_two"),
    /** No arm gets less than this share. */
    minimumWeight: z.number().min(0.01).max(0.5).default(0.05),
    /** How long weights stay as they are; inside a phase everything is an ordinary experiment. */
    phaseSeconds: z
      .int()
      .min(60)
      .max(30 * 86_400)
      .default(3_600),
  }),
]);
