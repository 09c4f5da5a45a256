import { z } from "zod";
import type { Estimate } from "#analyzer/estimates/estimate.ts";
import { relativeLift } from "#analyzer/estimates/relative-lift.ts";
import { quantilesOf } from "#analyzer/numeric/quantile.ts";
import {
  estimateOfClusteredQuantile,
  estimateOfQuantile,
  GROWTHBOOK_MINIMUM_UNIT_VARIANCE,
} from "#analyzer/reference/quantile-difference.ts";
import { quantileRanks } from "#analyzer/reference/quantile-ranks.ts";
import { testDifference } from "#analyzer/tests/welch.ts";
import type { Unavailable } from "#model/analysis/analysis.ts";
import { ends, type Method, method, renamed } from "../method.ts";
import { doubleSchema, doublesSchema } from "../vector-file.ts";
import { withEstimates } from "./arms.ts";

const sampleSchema = z
  .object({
    n: doubleSchema,
    n_star: doubleSchema,
    q_hat: doubleSchema,
    lower: doubleSchema,
    upper: doubleSchema,
  })
  .transform((arm) => ({
    units: arm.n,
    sampledUnits: arm.n_star,
    value: arm.q_hat,
    lower: arm.lower,
    upper: arm.upper,
  }));

const clustersSchema = z
  .object({
    n_clusters: doubleSchema,
    main_sum: doubleSchema,
    denominator_sum: doubleSchema,
    main_sum_squares: doubleSchema,
    denominator_sum_squares: doubleSchema,
    main_denominator_sum_product: doubleSchema,
  })
  .transform((arm) => ({
    units: arm.n_clusters,
    x: arm.main_sum,
    y: arm.denominator_sum,
    xx: arm.main_sum_squares,
    yy: arm.denominator_sum_squares,
    xy: arm.main_denominator_sum_product,
  }));

const questionSchema = z.object({
  control: z.unknown(),
  treatment: z.unknown(),
  q: doubleSchema,
  alpha: doubleSchema,
  relative: z.boolean().default(false),
  band_alpha: doubleSchema.default(0.05),
});

function compared(
  input: z.infer<typeof questionSchema>,
  estimateOf: (arm: unknown, settings: Parameters<typeof estimateOfQuantile>[1]) => Estimate | Unavailable,
) {
  const settings = {
    quantile: input.q,
    bandAlpha: input.band_alpha,
    minimumUnitVariance: GROWTHBOOK_MINIMUM_UNIT_VARIANCE,
  };
  return withEstimates(
    estimateOf(input.control, settings),
    estimateOf(input.treatment, settings),
    (control, treatment) =>
      input.relative
        ? renamed(relativeLift(control, treatment, input.alpha), (found) => ({
            estimate: found.lift,
            se: found.standardError,
            df: found.degreesOfFreedom,
            p: found.pValue,
            ci: ends(found.interval),
          }))
        : renamed(testDifference(control, treatment, input.alpha), (found) => ({
            estimate: found.estimate,
            se: found.standardError,
            df: found.degreesOfFreedom,
            p: found.pValue,
            ci: ends(found.interval),
          })),
  );
}

export const QUANTILE_METHODS: Record<string, Method> = {
  quantile: method(z.object({ x: doublesSchema, q: doubleSchema }), ({ x, q }) =>
    renamed(quantilesOf(x, q), ({ interpolated, inverted }) => ({ type7: interpolated, type1: inverted })),
  ),
  quantile_ci_order_stat: method(
    z.object({ n: doubleSchema, q: doubleSchema, alpha: doubleSchema }),
    ({ n, q, alpha }) =>
      renamed(quantileRanks(n, q, alpha), ({ lowerRank, upperRank, coverage }) => ({
        lower_rank: lowerRank,
        upper_rank: upperRank,
        coverage,
      })),
  ),
  quantile_diff: method(questionSchema, (input) =>
    compared(input, (arm, settings) => estimateOfQuantile(sampleSchema.parse(arm), settings)),
  ),
  quantile_diff_clustered: method(questionSchema, (input) =>
    compared(input, (arm, settings) =>
      estimateOfClusteredQuantile(sampleSchema.parse(arm), clustersSchema.parse(arm), settings),
    ),
  ),
};
