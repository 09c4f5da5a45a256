import { z } from "zod";
import { allocationWithFloor, topTwoAllocation } from "#analyzer/allocation/arm-allocation.ts";
import { betaProbabilitiesOfBest, normalProbabilitiesOfBest } from "#analyzer/allocation/best-arm.ts";
import { bestArmStop } from "#analyzer/reference/best-arm-stop.ts";
import { type Method, method, renamed } from "../method.ts";
import { doubleSchema, doublesSchema } from "../vector-file.ts";

export const BANDIT_METHODS: Record<string, Method> = {
  thompson_normal: method(
    z.object({
      posterior_mean: doublesSchema,
      posterior_sd: doublesSchema,
      minimize: z.boolean().default(false),
      min_weight: doubleSchema.default(0),
    }),
    (input) =>
      renamed(
        normalProbabilitiesOfBest(
          input.posterior_mean.map((mean, index) => ({
            mean,
            deviation: input.posterior_sd[index] ?? Number.NaN,
          })),
          input.minimize ? "lower" : "higher",
        ),
        (shares) => ({
          prob_best: shares,
          allocation_with_floor: allocationWithFloor(shares, input.min_weight),
          top_two_ttts_half: topTwoAllocation(shares),
        }),
      ),
  ),
  thompson_beta: method(
    z.object({
      arms: z.array(z.object({ n: doubleSchema, s: doubleSchema })),
      prior_a: doubleSchema.default(1),
      prior_b: doubleSchema.default(1),
    }),
    (input) =>
      renamed(
        betaProbabilitiesOfBest(
          input.arms.map(({ n, s }) => ({ successes: s, units: n })),
          { a: input.prior_a, b: input.prior_b },
        ),
        (shares) => ({ prob_best: shares }),
      ),
  ),
  best_arm_glr_stop: method(
    z.object({
      arms: z.array(z.object({ n: doubleSchema, mean: doubleSchema, variance: doubleSchema })),
      epsilon: doubleSchema,
      delta: doubleSchema,
    }),
    (input) =>
      renamed(
        bestArmStop(
          input.arms.map(({ n, mean, variance }) => ({ units: n, mean, variance })),
          input.epsilon,
          input.delta,
        ),
        (found) => ({
          leader: found.leader,
          min_glr: found.leastEvidence,
          threshold: found.threshold,
          stop: found.stop,
        }),
      ),
  ),
};
