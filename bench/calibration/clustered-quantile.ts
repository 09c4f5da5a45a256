import { normalUpperQuantile } from "#analyzer/distributions/index.ts";
import type { Estimate } from "#analyzer/estimates/estimate.ts";
import { pairSumsOf } from "#analyzer/numeric/pair-sums.ts";
import { interpolatedQuantile } from "#analyzer/numeric/quantile.ts";
import { estimateOfClusteredQuantile, estimateOfQuantile } from "#analyzer/reference/quantile-difference.ts";
import { testDifference } from "#analyzer/tests/welch.ts";
import { isUnavailable } from "#analyzer/unavailable.ts";
import type { Unavailable } from "#model/analysis/analysis.ts";
import type { Interval } from "#model/analysis/interval.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { valuesOf } from "./per-request.ts";
import { type Scenario, treatmentOf } from "./scenario.ts";
import type { SimulatedUnit } from "./stream.ts";

interface ArmEstimates {
  clustered: Estimate | Unavailable;
  independent: Estimate | Unavailable;
}

function estimatesOf(
  units: readonly SimulatedUnit[],
  variant: string,
  { source = "", quantile = 0.5 }: MetricDefinition,
  alpha: number,
): ArmEstimates {
  const sorted = valuesOf(units, variant, source).sort((a, b) => a - b);
  const count = sorted.length;
  const reach = normalUpperQuantile(alpha / 2) * Math.sqrt((quantile * (1 - quantile)) / count);
  const at = (share: number) => interpolatedQuantile(sorted, Math.min(1, Math.max(0, share)));
  const value = at(quantile);
  const sample = {
    units: count,
    sampledUnits: count,
    value,
    lower: at(quantile - reach),
    upper: at(quantile + reach),
  };
  const clusters = units
    .filter((unit) => unit.variant === variant)
    .map(({ requests }) => {
      const below = requests.filter((request) => (request[source] ?? 0) <= value).length;
      return [below, requests.length] as const;
    });
  const settings = { quantile, bandAlpha: alpha };
  return {
    independent: estimateOfQuantile(sample, settings),
    clustered: estimateOfClusteredQuantile(sample, pairSumsOf(clusters), settings),
  };
}

/** The published way to compare quantiles of clustered values, and the same without regard to clusters. */
export function fixedQuantileIntervals(
  scenario: Scenario,
  definition: MetricDefinition,
  units: readonly SimulatedUnit[],
): { clustered: Interval | undefined; independent: Interval | undefined } {
  const { alpha, control } = scenario.spec;
  const a = estimatesOf(units, control, definition, alpha);
  const b = estimatesOf(units, treatmentOf(scenario), definition, alpha);
  const intervalOf = (
    first: Estimate | Unavailable,
    second: Estimate | Unavailable,
  ): Interval | undefined => {
    if (isUnavailable(first) || isUnavailable(second)) return undefined;
    const test = testDifference(first, second, alpha);
    return isUnavailable(test) ? undefined : test.interval;
  };
  return {
    clustered: intervalOf(a.clustered, b.clustered),
    independent: intervalOf(a.independent, b.independent),
  };
}
