import { z } from "zod";
import {
  equivalenceTest,
  nonInferiorityTest,
  relativeNonInferiorityTest,
} from "#analyzer/reference/margin-test.ts";
import { proportionNonInferiorityTest } from "#analyzer/reference/proportion-margin-test.ts";
import { ends, type Method, method, optional, renamed } from "../method.ts";
import { doubleSchema } from "../vector-file.ts";
import { twoMeans, withMeans } from "./arms.ts";

function better(higherIsBetter: boolean): "higher" | "lower" {
  return higherIsBetter ? "higher" : "lower";
}

export const MARGIN_METHODS: Record<string, Method> = {
  non_inferiority_abs: method(
    z.object({ ...twoMeans, margin: doubleSchema, higher_is_better: z.boolean(), alpha: doubleSchema }),
    (input) =>
      renamed(
        withMeans(input, (control, treatment) =>
          nonInferiorityTest(control, treatment, input.margin, better(input.higher_is_better), input.alpha),
        ),
        (found) => ({
          t: found.statistic,
          df: found.degreesOfFreedom,
          p: found.pValue,
          one_sided_bound: found.bound,
          non_inferior: found.nonInferior,
        }),
      ),
  ),
  non_inferiority_rel: method(
    z.object({
      ...twoMeans,
      relative_margin: doubleSchema,
      higher_is_better: z.boolean(),
      alpha: doubleSchema,
    }),
    (input) =>
      renamed(
        withMeans(input, (control, treatment) =>
          relativeNonInferiorityTest(
            control,
            treatment,
            input.relative_margin,
            better(input.higher_is_better),
            input.alpha,
          ),
        ),
        (found) => ({
          t: found.statistic,
          df: found.degreesOfFreedom,
          p: found.pValue,
          non_inferior: found.nonInferior,
        }),
      ),
  ),
  equivalence_tost: method(z.object({ ...twoMeans, margin: doubleSchema, alpha: doubleSchema }), (input) =>
    renamed(
      withMeans(input, (control, treatment) =>
        equivalenceTest(control, treatment, input.margin, input.alpha),
      ),
      (found) => ({
        p_lower: found.lowerPValue,
        p_upper: found.upperPValue,
        p: found.pValue,
        ci90: ends(found.interval),
      }),
    ),
  ),
  non_inferiority_prop: method(
    z.object({
      x1: doubleSchema,
      n1: doubleSchema,
      x2: doubleSchema,
      n2: doubleSchema,
      margin: doubleSchema,
    }),
    (input) =>
      renamed(
        proportionNonInferiorityTest(
          { successes: input.x1, units: input.n1 },
          { successes: input.x2, units: input.n2 },
          input.margin,
        ),
        ({ wald, score, controlUnderNull, treatmentUnderNull }) => ({
          ...optional(wald, ({ statistic, pValue }) => ({ z_wald: statistic, p_wald: pValue })),
          p_control_null: controlUnderNull,
          p_treatment_null: treatmentUnderNull,
          ...optional(score, ({ statistic, pValue }) => ({ z_score_fm: statistic, p_score_fm: pValue })),
        }),
      ),
  ),
};
