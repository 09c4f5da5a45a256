import { z } from "zod";
import * as distributions from "#analyzer/distributions/index.ts";
import { withoutNaN } from "#analyzer/unavailable.ts";
import { type Method, method } from "../method.ts";
import { doubleSchema } from "../vector-file.ts";

export const DISTRIBUTION_METHODS: Record<string, Method> = {
  normal_sf: method(z.object({ z: doubleSchema }), ({ z }) =>
    withoutNaN({ p: distributions.normalUpperTail(z) }),
  ),
  normal_ppf: method(z.object({ p: doubleSchema }), ({ p }) =>
    withoutNaN({ z: distributions.normalLowerQuantile(p) }),
  ),
  t_two_sided_p: method(z.object({ t: doubleSchema, df: doubleSchema }), ({ t, df }) =>
    withoutNaN({ p: distributions.studentTwoSided(t, df) }),
  ),
  t_ppf: method(z.object({ p: doubleSchema, df: doubleSchema }), ({ p, df }) =>
    withoutNaN({ t: distributions.studentLowerQuantile(p, df) }),
  ),
  chi2_sf: method(z.object({ x: doubleSchema, df: doubleSchema }), ({ x, df }) =>
    withoutNaN({ p: distributions.chiSquareUpperTail(x, df) }),
  ),
  chi2_ppf: method(z.object({ p: doubleSchema, df: doubleSchema }), ({ p, df }) =>
    withoutNaN({ x: distributions.chiSquareLowerQuantile(p, df) }),
  ),
  beta_cdf: method(z.object({ x: doubleSchema, a: doubleSchema, b: doubleSchema }), ({ x, a, b }) =>
    withoutNaN({ p: distributions.betaLowerTail(x, a, b) }),
  ),
  beta_ppf: method(z.object({ p: doubleSchema, a: doubleSchema, b: doubleSchema }), ({ p, a, b }) =>
    withoutNaN({ x: distributions.betaLowerQuantile(p, a, b) }),
  ),
  f_sf: method(z.object({ x: doubleSchema, df1: doubleSchema, df2: doubleSchema }), ({ x, df1, df2 }) =>
    withoutNaN({ p: distributions.fisherUpperTail(x, df1, df2) }),
  ),
};
