import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import { formatValue } from "./metric-values.ts";
import { formatPercent, formatPValue } from "./numbers.ts";

/** Why a metric's differences are not those of the values beside them, or are although covariates are known; undefined without any. */
export function describeAdjustment({ definition, variants, adjustment }: MetricAnalysis): string | undefined {
  if (adjustment?.imbalancePValue !== undefined)
    return `Not adjusted: strata or covariates differ between variants more than chance explains (${formatPValue(adjustment.imbalancePValue)}).`;
  const values = variants.flatMap(({ variant, adjustedEstimate, standardError }) =>
    adjustedEstimate === null
      ? []
      : [`${variant} ${formatValue(definition, adjustedEstimate, standardError)}`],
  );
  if (values.length === 0) return undefined;
  // Over several phases each is adjusted by itself, so that no one share of the variance is left.
  const left = adjustment
    ? `${formatPercent(adjustment.varianceRatio)} of the variance is left`
    : "phase by phase";
  return `Differences are adjusted for what was known of units before (${left}), and are those of the adjusted values: ${values.join(", ")}.`;
}
