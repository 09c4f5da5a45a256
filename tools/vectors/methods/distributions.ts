import { z } from "zod";
import * as distributions from "#analyzer/distributions/index.ts";
import { withoutNaN } from "#analyzer/unavailable.ts";
import { type Method, method } from "../method.ts";
import { double } from "../vector-file.ts";

export const DISTRIBUTION_METHODS: Record<string, Method> = {
  normal_sf: method(z.object({ z: double }), ({ z }) => withoutNaN({ p: distributions.normalUpperTail(z) })),
  normal_ppf: method(z.object({ p: double }), ({ p }) =>
    withoutNaN({ z: distributions.normalLowerQuantile(p) }),
  ),
  t_two_sided_p: method(z.object({ t: double, df: double }), ({ t, df }) =>
    withoutNaN({ p: distributions.studentTwoSided(t, df) }),
  ),
  t_ppf: method(z.object({ p: double, df: double }), ({ p, df }) =>
    withoutNaN({ t: distributions.studentLowerQuantile(p, df) }),
  ),
  chi2_sf: method(z.object({ x: double, df: double }), ({ x, df }) =>
    withoutNaN({ p: distributions.chiSquareUpperTail(x, df) }),
  ),
  chi2_ppf: method(z.object({ p: double, df: double }), ({ p, df }) =>
    withoutNaN({ x: distributions.chiSquareLowerQuantile(p, df) }),
  ),
  beta_cdf: method(z.object({ x: double, a: double, b: double }), ({ x, a, b }) =>
    withoutNaN({ p: distributions.betaLowerTail(x, a, b) }),
  ),
  beta_ppf: method(z.object({ p: double, a: double, b: double }), ({ p, a, b }) =>
    withoutNaN({ x: distributions.betaLowerQuantile(p, a, b) }),
  ),
  f_sf: method(z.object({ x: double, df1: double, df2: double }), ({ x, df1, df2 }) =>
    withoutNaN({ p: distributions.fisherUpperTail(x, df1, df2) }),
  ),
};
