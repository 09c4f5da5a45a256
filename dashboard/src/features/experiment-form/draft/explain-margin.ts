import type { Margin } from "#model/experiment/experiment.ts";
import { improvementSign } from "#model/metric/direction.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { formatChosenDifference, formatValue } from "#reporter/metric-values.ts";

const percent = new Intl.NumberFormat("en", { maximumFractionDigits: 4 });

/** A round number to explain with, where nothing was observed. */
function exampleOf({ type, displayUnit, direction }: MetricDefinition): number {
  if (type === "proportion") return direction === "increase" ? 0.7 : 0.05;
  if (displayUnit === "USD") return 0.01;
  return displayUnit === "ms" ? 1_000 : 100;
}

/**
 * A margin in the metric's own units: "Latency may grow by at most 10% of control: from about 1,840 ms to 2,024 ms".
 * @param observed control's value in an earlier experiment; without one a round number serves as the example
 */
export function explainMargin(
  metric: MetricDefinition,
  { kind, value }: Margin,
  observed: { experiment: string; estimate: number } | undefined,
): string {
  const sign = -improvementSign(metric);
  const verb = sign > 0 ? "grow" : "fall";
  const amount =
    kind === "relative"
      ? `${percent.format(value * 100)}% of control`
      : formatChosenDifference(metric, value).replace("+", "");
  const base = observed?.estimate ?? exampleOf(metric);
  const end = base + sign * (kind === "relative" ? value * Math.abs(base) : value);
  const from = formatValue(metric, base, null);
  const to = formatValue(metric, end, null);
  const path = observed
    ? `from about ${from}, as in ‘${observed.experiment}’, to ${to}`
    : `if control is at ${from}, to ${to}`;
  return `${metric.name} may ${verb} by at most ${amount}: ${path}.`;
}
