import { z } from "zod";
import { adjustPValues } from "#analyzer/reference/adjust-p-values.ts";
import { sampleRatioTest, sequentialSampleRatioTest } from "#analyzer/tests/sample-ratio.ts";
import { type Method, method, renamed } from "../method.ts";
import { doubleSchema, doublesSchema } from "../vector-file.ts";

export const SPLIT_METHODS: Record<string, Method> = {
  srm: method(z.object({ counts: doublesSchema, weights: doublesSchema }), ({ counts, weights }) =>
    renamed(sampleRatioTest(counts, weights), (found) => ({
      chi2: found.statistic,
      df: found.degreesOfFreedom,
      p: found.pValue,
    })),
  ),
  srm_sequential: method(
    z.object({ counts: doublesSchema, weights: doublesSchema, concentration: doubleSchema }),
    ({ counts, weights, concentration }) =>
      renamed(sequentialSampleRatioTest(counts, weights, concentration), (found) => ({
        log_bayes_factor: found.logBayesFactor,
        p: found.pValue,
      })),
  ),
  p_adjust: method(z.object({ p: z.array(doubleSchema.nullable()) }), ({ p }) =>
    renamed(adjustPValues(p, "holm"), (holm) => ({
      holm,
      bh: adjustPValues(p, "benjamini_hochberg"),
      by: adjustPValues(p, "benjamini_yekutieli"),
      bonferroni: adjustPValues(p, "bonferroni"),
      hochberg: adjustPValues(p, "hochberg"),
    })),
  ),
};
