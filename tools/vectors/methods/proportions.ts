import { z } from "zod";
import { compareProportions } from "#analyzer/estimates/proportion-difference.ts";
import { proportionIntervals } from "#analyzer/estimates/proportion-interval.ts";
import { fisherExact } from "#analyzer/tests/fisher-exact.ts";
import { pearsonChiSquare } from "#analyzer/tests/proportions.ts";
import { ends, type Method, method, renamed } from "../method.ts";
import { doubleSchema, doublesSchema } from "../vector-file.ts";

const rowSchema = z.tuple([doubleSchema, doubleSchema]);

export const PROPORTION_METHODS: Record<string, Method> = {
  two_prop_z: method(
    z.object({ x1: doubleSchema, n1: doubleSchema, x2: doubleSchema, n2: doubleSchema, alpha: doubleSchema }),
    (input) =>
      renamed(
        compareProportions(
          { successes: input.x1, units: input.n1 },
          { successes: input.x2, units: input.n2 },
          input.alpha,
        ),
        (found) => ({
          p1: found.control,
          p2: found.treatment,
          diff: found.difference,
          z: found.statistic,
          p: found.pValue,
          se_pooled: found.pooledError,
          se_unpooled: found.unpooledError,
          ci_wald: ends(found.wald),
          ci_newcombe: ends(found.newcombe),
        }),
      ),
  ),
  proportion_ci: method(
    z.object({ x: doubleSchema, n: doubleSchema, alpha: doubleSchema }),
    ({ x, n, alpha }) =>
      renamed(proportionIntervals({ successes: x, units: n }, alpha), (found) => ({
        wilson: ends(found.wilson),
        clopper_pearson: ends(found.clopperPearson),
        jeffreys: ends(found.jeffreys),
        agresti_coull_unclipped: ends(found.agrestiCoull),
      })),
  ),
  chi2_k_proportions: method(z.object({ x: doublesSchema, n: doublesSchema }), ({ x, n }) =>
    renamed(
      pearsonChiSquare(n.map((units, index) => ({ successes: x[index] ?? Number.NaN, units }))),
      (found) => ({
        chi2: found.statistic,
        df: found.degreesOfFreedom,
        p: found.pValue,
        min_expected: found.minimumExpected,
      }),
    ),
  ),
  fisher_exact: method(z.object({ table: z.tuple([rowSchema, rowSchema]) }), ({ table }) =>
    renamed(fisherExact(table), ({ pValue }) => ({ p: pValue })),
  ),
};
