import { integrate, panelEdges } from "../numeric/quadrature.ts";
import { normalUpperTail } from "./normal.ts";
import { studentUpperTail } from "./student.ts";

/**
 * P(T > t) for a noncentral t: a standard normal plus `noncentrality`, over an independent chi / √degrees. Integrates
 * the normal tail over ln(chi / √degrees), so that every term is positive and the constant cancels. jStat's is 8e-8
 * wrong where 1e-8 is asked for (vector `power_means_t`: effect 0.1, 178 units, alpha 0.01).
 * @param degreesOfFreedom > 0
 */
export function noncentralStudentUpperTail(
  t: number,
  degreesOfFreedom: number,
  noncentrality: number,
): number {
  if (noncentrality === 0) return studentUpperTail(t, degreesOfFreedom);
  const weight = (u: number) => Math.exp(degreesOfFreedom * (u - Math.expm1(2 * u) / 2));
  const mode = { center: 0, scale: 1 / Math.sqrt(2 * degreesOfFreedom) };
  const turn = noncentrality / t;
  const features =
    turn > 0 && turn < Number.POSITIVE_INFINITY
      ? [mode, { center: Math.log(turn), scale: 1 / Math.max(1, Math.abs(noncentrality)) }]
      : [mode];
  const edges = panelEdges(features);
  const sum = integrate((u) => weight(u) * normalUpperTail(t * Math.exp(u) - noncentrality), edges);
  return Math.min(1, sum / integrate(weight, edges));
}
