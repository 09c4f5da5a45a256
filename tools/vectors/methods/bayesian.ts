import { z } from "zod";
import { normalPosterior } from "#analyzer/tests/bayes-normal.ts";
import { compareBetas } from "#analyzer/tests/beta-binomial.ts";
import { ends, type Method, method, renamed } from "../method.ts";
import { doubleSchema } from "../vector-file.ts";

export const BAYESIAN_METHODS: Record<string, Method> = {
  bayes_normal: method(
    z.object({
      estimate: doubleSchema,
      se: doubleSchema,
      prior_mean: doubleSchema,
      prior_sd: doubleSchema,
      prior_proper: z.boolean(),
      alpha: doubleSchema,
    }),
    (input) =>
      renamed(
        normalPosterior(
          { estimate: input.estimate, standardError: input.se },
          input.prior_proper ? { mean: input.prior_mean, deviation: input.prior_sd } : undefined,
          input.alpha,
        ),
        (found) => ({
          posterior_mean: found.mean,
          posterior_sd: found.deviation,
          chance_to_win: found.chanceToWin,
          ci: ends(found.interval),
          risk_control: found.riskOfControl,
          risk_treatment: found.riskOfTreatment,
        }),
      ),
  ),
  beta_binomial: method(
    z.object({
      s1: doubleSchema,
      n1: doubleSchema,
      s2: doubleSchema,
      n2: doubleSchema,
      prior_a: doubleSchema.default(1),
      prior_b: doubleSchema.default(1),
    }),
    (input) =>
      renamed(
        compareBetas(
          { successes: input.s1, units: input.n1 },
          { successes: input.s2, units: input.n2 },
          { a: input.prior_a, b: input.prior_b },
        ),
        (found) => ({
          prob_2_beats_1: found.chanceToWin,
          expected_loss_choose_1: found.lossOfControl,
          expected_loss_choose_2: found.lossOfTreatment,
        }),
      ),
  ),
};
