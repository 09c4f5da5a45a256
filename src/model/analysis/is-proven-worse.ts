import { improvementSign } from "../metric/direction.ts";
import type { Comparison, MetricAnalysis } from "./analysis.ts";

/** Worse than control, significantly at every look; uncorrected, since a warning must not weaken with more treatments. */
export function isProvenWorse(
  { definition }: Pick<MetricAnalysis, "definition">,
  { difference }: Comparison,
  alpha: number,
): boolean {
  if (difference.status !== "ok") return false;
  return improvementSign(definition) * difference.estimate < 0 && difference.alwaysValid.pValue < alpha;
}
