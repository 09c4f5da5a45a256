import { z } from "zod";
import { type Estimate, estimateOfMean } from "#analyzer/estimates/estimate.ts";
import { summarize, varianceOfSummary } from "#analyzer/estimates/summary.ts";
import type { TestedDifference } from "#analyzer/tests/welch.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import type { Unavailable } from "#model/analysis/analysis.ts";
import { ends, renamed } from "../method.ts";
import { doubleSchema } from "../vector-file.ts";

/** The moments of two arms, as most methods on means take them. */
export const twoMeans = {
  n1: doubleSchema,
  mean1: doubleSchema,
  var1: doubleSchema,
  n2: doubleSchema,
  mean2: doubleSchema,
  var2: doubleSchema,
};
type TwoMeans = Record<keyof typeof twoMeans, number>;

/** Asks with both arms' estimates, unless one of them is refused. */
export function withEstimates<Output>(
  control: Estimate | Unavailable,
  treatment: Estimate | Unavailable,
  ask: (control: Estimate, treatment: Estimate) => Output,
): Output | Unavailable {
  if (isUnavailable(control)) return control;
  return isUnavailable(treatment) ? treatment : ask(control, treatment);
}

export function withMeans<Output>(
  input: TwoMeans,
  ask: (control: Estimate, treatment: Estimate) => Output,
): Output | Unavailable {
  return withEstimates(
    estimateOfMean({ units: input.n1, mean: input.mean1, variance: input.var1 }),
    estimateOfMean({ units: input.n2, mean: input.mean2, variance: input.var2 }),
    ask,
  );
}

export function estimateOfValues(values: readonly number[]): Estimate | Unavailable {
  const summary = summarize(values);
  if (isUnavailable(summary)) return summary;
  const moments = varianceOfSummary(summary);
  return isUnavailable(moments) ? moments : estimateOfMean(moments);
}

export function testFields(tested: TestedDifference | Unavailable) {
  return renamed(tested, (test) => ({
    diff: test.estimate,
    se: test.standardError,
    df: test.degreesOfFreedom,
    t: test.statistic,
    p: test.pValue,
    ci: ends(test.interval),
  }));
}

export const alternativeSchema = z.enum(["two-sided", "greater", "less"]);
