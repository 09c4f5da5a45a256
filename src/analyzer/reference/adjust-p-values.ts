import type { Unavailable } from "#model/analysis/analysis.ts";
import { holm } from "../tests/holm.ts";
import { unavailable } from "../unavailable.ts";

/**
 * Holm and Hochberg control the chance of any false rejection (Hochberg for independent or positively dependent tests),
 * Benjamini–Hochberg and Benjamini–Yekutieli the share of false ones among the rejections (the latter under any
 * dependence), Bonferroni is the simplest bound.
 */
export type Adjustment = "bonferroni" | "holm" | "hochberg" | "benjamini_hochberg" | "benjamini_yekutieli";

/** Running minima from the largest p-value down, of factor · p with the factor of its ascending rank (1-based). */
function stepUp(pValues: readonly number[], factor: (rank: number) => number): number[] {
  const order = pValues.map((pValue, index) => ({ pValue, index })).sort((a, b) => b.pValue - a.pValue);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let ceiling = 1;
  for (const [position, { pValue, index }] of order.entries()) {
    ceiling = Math.min(ceiling, factor(pValues.length - position) * pValue);
    adjusted[index] = ceiling;
  }
  return adjusted;
}

const METHODS: Record<Adjustment, (pValues: readonly number[]) => number[]> = {
  bonferroni: (pValues) => pValues.map((pValue) => Math.min(1, pValues.length * pValue)),
  holm,
  hochberg: (pValues) => stepUp(pValues, (rank) => pValues.length - rank + 1),
  benjamini_hochberg: (pValues) => stepUp(pValues, (rank) => pValues.length / rank),
  benjamini_yekutieli: (pValues) => {
    const harmonic = pValues.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
    return stepUp(pValues, (rank) => (pValues.length * harmonic) / rank);
  },
};

/**
 * Adjusts a family of p-values for being many.
 * @param pValues in [0, 1]; null for a test that could not be computed, which stays null and does not enlarge the family
 * @returns adjusted p-values in the order of the input, at most 1
 * @see Holm 1979; Hochberg 1988; Benjamini, Hochberg 1995; Benjamini, Yekutieli 2001
 */
export function adjustPValues<PValue extends number | null>(
  pValues: readonly PValue[],
  adjustment: Adjustment,
): PValue[] | Unavailable {
  const computed = pValues.filter((pValue) => pValue !== null);
  if (!computed.every((pValue) => pValue >= 0 && pValue <= 1)) return unavailable("bad_input");
  const adjusted = METHODS[adjustment](computed);
  let next = 0;
  return pValues.map((pValue) => (pValue === null ? pValue : ((adjusted[next++] ?? 1) as PValue)));
}
