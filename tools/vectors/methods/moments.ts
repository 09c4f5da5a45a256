import { z } from "zod";
import { mergeSummaries, type Summary, summarize, varianceOfSummary } from "#analyzer/estimates/summary.ts";
import { winsorizePooled } from "#analyzer/estimates/winsorize.ts";
import { covarianceOf, mergeComoments } from "#analyzer/numeric/comoments.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import type { Unavailable } from "#model/analysis/analysis.ts";
import { type Method, method, renamed } from "../method.ts";
import { doubleSchema, doublesSchema } from "../vector-file.ts";

function described(summary: Summary | Unavailable) {
  return renamed(summary, (merged) => {
    const spread = varianceOfSummary(merged);
    return {
      n: merged.count,
      mean: merged.mean,
      m2: merged.squaredDeviations,
      variance: isUnavailable(spread) ? spread : spread.variance,
    };
  });
}

const summaryPartSchema = z
  .object({ n: doubleSchema, mean: doubleSchema, m2: doubleSchema })
  .transform(({ n, mean, m2 }) => ({ count: n, mean, squaredDeviations: m2 }));

const comomentPartSchema = z
  .object({
    n: doubleSchema,
    mean_x: doubleSchema,
    mean_y: doubleSchema,
    m2_x: doubleSchema,
    m2_y: doubleSchema,
    c_xy: doubleSchema,
  })
  .transform((part) => ({
    count: part.n,
    meanX: part.mean_x,
    meanY: part.mean_y,
    squaresX: part.m2_x,
    squaresY: part.m2_y,
    products: part.c_xy,
  }));

export const MOMENT_METHODS: Record<string, Method> = {
  moments: method(z.object({ x: doublesSchema }), ({ x }) => described(summarize(x))),
  moments_merge: method(z.object({ parts: z.array(summaryPartSchema) }), ({ parts }) =>
    described(mergeSummaries(parts)),
  ),
  comoments_merge: method(z.object({ parts: z.array(comomentPartSchema) }), ({ parts }) =>
    renamed(mergeComoments(parts), (merged) => {
      const shared = covarianceOf(merged);
      return {
        n: merged.count,
        mean_x: merged.meanX,
        mean_y: merged.meanY,
        m2_x: merged.squaresX,
        m2_y: merged.squaresY,
        c_xy: merged.products,
        cov: isUnavailable(shared) ? shared : shared.covariance,
      };
    }),
  ),
  winsorize_pooled: method(
    z.object({
      control: doublesSchema,
      treatment: doublesSchema,
      lower_q: doubleSchema,
      upper_q: doubleSchema,
    }),
    (input) =>
      renamed(
        winsorizePooled(input.control, input.treatment, input.lower_q, input.upper_q),
        ({ lowerCap, upperCap, control, treatment, capped }) => ({
          cap_low: lowerCap,
          cap_high: upperCap,
          mean1: control.mean,
          var1: control.variance,
          mean2: treatment.mean,
          var2: treatment.variance,
          n_capped: capped,
        }),
      ),
  ),
};
