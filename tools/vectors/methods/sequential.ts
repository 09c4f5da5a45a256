import { z } from "zod";
import {
  type AlwaysValidInterval,
  alwaysValidInterval,
  alwaysValidPath,
  mixtureDeviations,
} from "#analyzer/reference/always-valid-interval.ts";
import { empiricalBernstein } from "#analyzer/reference/empirical-bernstein.ts";
import { meanSequence } from "#analyzer/reference/mean-sequence.ts";
import { mixtureRatioTest } from "#analyzer/reference/mixture-ratio-test.ts";
import type { Unavailable } from "#model/analysis/analysis.ts";
import { ends, type Method, method, renamed } from "../method.ts";
import { doubleSchema, doublesSchema } from "../vector-file.ts";
import { alternativeSchema } from "./arms.ts";

const lookSchema = z
  .object({ estimate: doubleSchema, se: doubleSchema, n: doubleSchema })
  .transform(({ estimate, se, n }) => ({ estimate, standardError: se, units: n }));

const settingsSchema = z
  .object({ alpha: doubleSchema, tuning_n: doubleSchema })
  .transform(({ alpha, tuning_n }) => ({ alpha, plannedUnits: tuning_n }));

function intervalFields(found: AlwaysValidInterval | Unavailable) {
  return renamed(found, ({ mixtureDeviation, halfWidth, interval, pValue }) => ({
    rho: mixtureDeviation,
    halfwidth: halfWidth,
    ci: ends(interval),
    p: pValue,
  }));
}

export const SEQUENTIAL_METHODS: Record<string, Method> = {
  sequential_ci: (input) =>
    intervalFields(alwaysValidInterval(lookSchema.parse(input), settingsSchema.parse(input))),
  sequential_ci_one_sided: (input) =>
    intervalFields(
      alwaysValidInterval(
        lookSchema.parse(input),
        settingsSchema.parse(input),
        z.object({ alternative: alternativeSchema }).parse(input).alternative,
      ),
    ),
  sequential_path: (input) =>
    renamed(
      alwaysValidPath(
        z.object({ looks: z.array(lookSchema) }).parse(input).looks,
        settingsSchema.parse(input),
      ),
      (path) => ({
        looks: path.map(({ pValue, interval }) => ({ p_running_min: pValue, ci_running: ends(interval) })),
      }),
    ),
  sequential_rho: method(settingsSchema, ({ alpha, plannedUnits }) =>
    renamed(mixtureDeviations(plannedUnits, alpha), ({ approximate, exact }) => ({
      rho_growthbook: approximate,
      rho_exact: exact,
    })),
  ),
  msprt: method(
    z.object({ estimate: doubleSchema, se: doubleSchema, tau2: doubleSchema, alpha: doubleSchema }),
    (input) =>
      renamed(
        mixtureRatioTest({ estimate: input.estimate, standardError: input.se }, input.tau2, input.alpha),
        (found) => ({
          log_lambda: found.logLikelihoodRatio,
          p: found.pValue,
          halfwidth: found.halfWidth,
          ci: ends(found.interval),
        }),
      ),
  ),
  asymp_cs_mean: method(
    z.object({
      mean: doubleSchema,
      variance: doubleSchema,
      n: doubleSchema,
      alpha: doubleSchema,
      rho: doubleSchema,
    }),
    ({ mean, variance, n, alpha, rho }) =>
      renamed(meanSequence({ units: n, mean, variance }, rho, alpha), ({ halfWidth, interval }) => ({
        halfwidth: halfWidth,
        ci: ends(interval),
      })),
  ),
  empirical_bernstein_cs: method(
    z.object({ x: doublesSchema, alpha: doubleSchema, lambda_cap: doubleSchema.optional() }),
    (input) =>
      renamed(
        empiricalBernstein(input.x, input.alpha, input.lambda_cap),
        ({ center, halfWidth, interval }) => ({ center, halfwidth: halfWidth, ci: ends(interval) }),
      ),
  ),
};
