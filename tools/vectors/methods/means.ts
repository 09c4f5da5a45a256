import { z } from "zod";
import { adjustByCovariate, compareAdjusted } from "#analyzer/estimates/cuped.ts";
import { compareRatios } from "#analyzer/estimates/ratio-metric.ts";
import { type Lift, relativeLift } from "#analyzer/estimates/relative-lift.ts";
import { type PairSums, pairSumsOf } from "#analyzer/numeric/pair-sums.ts";
import { clusterRobustErrors } from "#analyzer/reference/cluster-robust.ts";
import { analysisOfVariance } from "#analyzer/tests/analysis-of-variance.ts";
import { testDifference } from "#analyzer/tests/welch.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import type { Unavailable } from "#model/analysis/analysis.ts";
import { ends, type Method, method, optional, renamed } from "../method.ts";
import { doubleSchema, doublesSchema } from "../vector-file.ts";
import {
  alternativeSchema,
  estimateOfValues,
  testFields,
  twoMeans,
  withEstimates,
  withMeans,
} from "./arms.ts";

const sumsSchema = z
  .object({
    n: doubleSchema,
    sum_x: doubleSchema,
    sum_y: doubleSchema,
    sum_xx: doubleSchema,
    sum_yy: doubleSchema,
    sum_xy: doubleSchema,
  })
  .transform(
    (arm): PairSums => ({
      units: arm.n,
      x: arm.sum_x,
      y: arm.sum_y,
      xx: arm.sum_xx,
      yy: arm.sum_yy,
      xy: arm.sum_xy,
    }),
  );
const rowsSchema = z.array(z.tuple([doubleSchema, doubleSchema]));
const eventsByUnitSchema = z.array(doublesSchema);

function liftFields(relative: Lift | Unavailable) {
  return optional(relative, ({ lift, standardError, interval }) => ({
    lift,
    lift_se: standardError,
    lift_ci: ends(interval),
  }));
}

function ratioFields(control: PairSums, treatment: PairSums, alpha: number) {
  return renamed(compareRatios(control, treatment, alpha), (found) => ({
    ratio1: found.control.estimate,
    ratio2: found.treatment.estimate,
    unit_var1: found.control.unitVariance,
    unit_var2: found.treatment.unitVariance,
    ...testFields(found.difference),
    ...liftFields(found.relative),
  }));
}

function cupedFields(control: PairSums, treatment: PairSums, alpha: number) {
  return renamed(compareAdjusted(control, treatment, alpha), (found) => ({
    theta: found.slope,
    adj_mean1: found.control.estimate,
    adj_mean2: found.treatment.estimate,
    adj_var1: found.control.unitVariance,
    adj_var2: found.treatment.unitVariance,
    ...testFields(found.difference),
    variance_ratio: found.varianceRatio,
    ...liftFields(found.relative),
  }));
}

export const MEAN_METHODS: Record<string, Method> = {
  welch_t: method(
    z.object({ ...twoMeans, alpha: doubleSchema, alternative: alternativeSchema.default("two-sided") }),
    (input) =>
      testFields(
        withMeans(input, (control, treatment) =>
          testDifference(control, treatment, input.alpha, input.alternative),
        ),
      ),
  ),
  welch_t_raw: method(
    z.object({
      x1: doublesSchema,
      x2: doublesSchema,
      alpha: doubleSchema,
      alternative: alternativeSchema.default("two-sided"),
    }),
    (input) =>
      testFields(
        withEstimates(estimateOfValues(input.x1), estimateOfValues(input.x2), (control, treatment) =>
          testDifference(control, treatment, input.alpha, input.alternative),
        ),
      ),
  ),
  relative_lift: method(z.object({ ...twoMeans, alpha: doubleSchema }), (input) =>
    renamed(
      withMeans(input, (control, treatment) => relativeLift(control, treatment, input.alpha)),
      (found) => ({
        lift: found.lift,
        se: found.standardError,
        df: found.degreesOfFreedom,
        p: found.pValue,
        ci: ends(found.interval),
        fieller_ci: isUnavailable(found.fieller) ? null : ends(found.fieller),
        p_absolute: found.absolutePValue,
      }),
    ),
  ),
  ratio_metric: method(
    z.object({ control: sumsSchema, treatment: sumsSchema, alpha: doubleSchema }),
    (input) => ratioFields(input.control, input.treatment, input.alpha),
  ),
  ratio_metric_raw: method(
    z.object({
      control_user_sum_count: rowsSchema,
      treatment_user_sum_count: rowsSchema,
      alpha: doubleSchema,
    }),
    (input) =>
      ratioFields(
        pairSumsOf(input.control_user_sum_count),
        pairSumsOf(input.treatment_user_sum_count),
        input.alpha,
      ),
  ),
  cluster_robust: method(
    z.object({ events_by_user: z.object({ control: eventsByUnitSchema, treatment: eventsByUnitSchema }) }),
    ({ events_by_user: { control, treatment } }) =>
      renamed(clusterRobustErrors(control, treatment), (found) => ({
        diff: found.difference,
        se_cr0: found.clusterRobustError,
        se_delta: found.deltaMethodError,
        se_naive_iid: found.naiveError,
      })),
  ),
  cuped: method(z.object({ control: sumsSchema, treatment: sumsSchema, alpha: doubleSchema }), (input) =>
    cupedFields(input.control, input.treatment, input.alpha),
  ),
  cuped_raw: method(
    z.object({ control_xy: rowsSchema, treatment_xy: rowsSchema, alpha: doubleSchema.default(0.05) }),
    (input) => cupedFields(pairSumsOf(input.control_xy), pairSumsOf(input.treatment_xy), input.alpha),
  ),
  cuped_multi_arm: method(z.object({ arms: z.array(sumsSchema) }), ({ arms }) =>
    renamed(adjustByCovariate(arms), (found) => ({
      theta: found.slope,
      pooled_x_mean: found.covariateMean,
      adj_means: found.arms.map(({ estimate }) => estimate),
      adj_vars: found.arms.map(({ unitVariance }) => unitVariance),
    })),
  ),
  anova: method(z.object({ n: doublesSchema, mean: doublesSchema, var: doublesSchema }), (input) =>
    renamed(
      analysisOfVariance(
        input.n.map((units, index) => ({
          units,
          mean: input.mean[index] ?? Number.NaN,
          variance: input.var[index] ?? Number.NaN,
        })),
      ),
      ({ classic, welch }) => ({
        ...optional(classic, (test) => ({ f: test.statistic, p: test.pValue })),
        ...optional(welch, (test) => ({
          welch_f: test.statistic,
          welch_df2: test.denominatorDegrees,
          welch_p: test.pValue,
        })),
      }),
    ),
  ),
};
