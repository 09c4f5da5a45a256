import * as z from "zod";

const MINUTES_OF_A_MONTH = 30 * 24 * 60;

/** Shares of units in percent, each larger than the one before, the last one 100. */
const stagesSchema = z
  .array(z.int().min(1).max(100))
  .min(1)
  .max(10)
  .refine((stages) => stages.every((stage, index) => stage > (stages[index - 1] ?? 0)), {
    message: "every stage is larger than the one before",
  })
  .refine((stages) => stages.at(-1) === 100, { message: "the last stage is 100" });

/**
 * How a winner reaches everybody: by stages, with guardrails watched in each, and at last with a holdback that stays on what
 * was live before and is compared for a while.
 */
export const promotionPlanSchema = z
  .strictObject({
    /** Percent of the units. Of stages below 100 each lasts `stageMinutes`, of units that nothing is proven to harm. */
    stages: stagesSchema.default([25, 100]),
    stageMinutes: z.int().min(1).max(MINUTES_OF_A_MONTH).default(60),
    /** The share of units that stays on the version before during the last stage; 0 for none, and then no watch. */
    holdback: z.number().min(0).max(0.5).default(0.05),
    /** How long the last stage is watched before the holdback is released too. */
    watchHours: z.int().min(1).max(720).default(24),
  })
  .meta({ id: "PromotionPlan" });
export type PromotionPlan = z.infer<typeof promotionPlanSchema>;

export const DEFAULT_PROMOTION_PLAN: PromotionPlan = promotionPlanSchema.parse({});

/** One stage of a release. */
export interface Stage {
  /** The treatment's share of units, above 0 and below 1. */
  share: number;
  /** How long it lasts at least. */
  seconds: number;
}

/**
 * The stages that a release passes before everybody has the new version.
 * @param share of buckets that the new version has already; a stage that is not larger is left out, because no unit may move back
 * @param isWhole false where only some of the units in these buckets could have it, by a namespace or a condition: then such
 * stages are one that gives it to all units in them
 * @returns none where there is nothing to compare with, or nothing left to grow
 */
export function stagesOf(
  { stages, stageMinutes, holdback, watchHours }: PromotionPlan,
  share: number,
  isWhole = true,
): Stage[] {
  const shares = stages.filter((percent) => percent < 100).map((percent) => percent / 100);
  const growing = isWhole
    ? shares.filter((one) => one > share)
    : new Set(shares.map((one) => Math.max(one, share)));
  // So little that 1 is left when it is taken away is none.
  const last = 1 - holdback < 1 ? [{ share: 1 - holdback, seconds: watchHours * 3_600 }] : [];
  return [
    ...[...growing]
      .filter((one) => one < 1 - holdback)
      .map((one) => ({ share: one, seconds: stageMinutes * 60 })),
    ...last.filter((one) => one.share > share),
  ];
}
