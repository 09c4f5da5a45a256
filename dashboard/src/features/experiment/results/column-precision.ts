import type { MetricAnalysis } from "#model/analysis/analysis.ts";

/** The largest of the errors, so that a column has the same number of decimals in every row. */
function coarsest(errors: readonly (number | null)[]): number | null {
  const available = errors.filter((error) => error !== null);
  return available.length === 0 ? null : Math.max(...available);
}

/** The standard error that decides the digits of a metric's values. */
export function valuePrecision({ variants }: MetricAnalysis): number | null {
  return coarsest(variants.map(({ standardError }) => standardError));
}

/** The standard error that decides the digits of a metric's differences. */
export function differencePrecision({ comparisons }: MetricAnalysis): number | null {
  return coarsest(
    comparisons.map(({ difference }) => (difference.status === "ok" ? difference.standardError : null)),
  );
}
