import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import { formatValue } from "./metric-values.ts";
import { formatPercent, formatPValue } from "./numbers.ts";

/** Why a metric's differences are not those of the values beside them, or are although covariates are known; undefined without any. */
export function describeAdjustment({ definition, variants, adjustment }: MetricAnalysis): string | undefined {
  if (!adjustment) return undefined;
  const { imbalancePValue, varianceRatio } = adjustment;
  if (imbalancePValue !== undefined)
    return `Not adjusted: strata or covariates differ between variants more than chance explains (${formatPValue(imbalancePValue)}).`;
  const values = variants.flatMap(({ variant, adjustedEstimate, standardError }) =>
    adjustedEstimate === null
      ? []
      : [`${variant} ${formatValue(definition, adjustedEstimate, standardError)}`],
  );
  return `Differences are adjusted for what was known of units before (${formatPercent(varianceRatio)} of the variance is left), and are those of the adjusted values: ${values.join(", ")}.`;
}
