import type { GuardrailResult, MetricAnalysis } from "#model/analysis/analysis.ts";
import { formatChosenDifference, formatDifference } from "#reporter/metric-values.ts";
import { formatExact } from "#reporter/numbers.ts";

/** A guardrail's numbers in words; harm is positive where the treatment is worse, whatever the metric's direction. */
export interface GuardrailReading {
  harm: string;
  exactHarm: string;
  tolerated: string;
  exactBounds: string;
}

/** Standard error of the difference, for sensible digits. */
function precisionOf(metric: MetricAnalysis, { variant }: GuardrailResult): number | null {
  const difference = metric.comparisons.find((comparison) => comparison.variant === variant)?.difference;
  return difference?.status === "ok" ? difference.standardError : null;
}

/** The bounds hold for the harm beyond the margin; people ask for the harm itself. */
function boundsOf({ excess, tolerated }: GuardrailResult) {
  const shift = tolerated ?? 0;
  return {
    lower: excess.lower === null ? null : excess.lower + shift,
    upper: excess.upper === null ? null : excess.upper + shift,
  };
}

const exactEnd = (end: number | null, infinity: string) => (end === null ? infinity : formatExact(end));

/** A chosen margin has the digits it was given; one that follows control's value has as many as make sense. */
function toleratedWords(
  { definition }: MetricAnalysis,
  { margin }: GuardrailResult,
  tolerated: number,
): string {
  return margin.kind === "absolute"
    ? formatChosenDifference(definition, tolerated)
    : formatDifference(definition, tolerated, null);
}

/** Harm, tolerated harm and what hides behind them. */
export function readGuardrail(metric: MetricAnalysis, result: GuardrailResult): GuardrailReading {
  const { definition } = metric;
  const { harm, tolerated, excess } = result;
  return {
    harm: harm === null ? "—" : formatDifference(definition, harm, precisionOf(metric, result)),
    exactHarm: harm === null ? "Not computed yet" : `Exactly ${formatExact(harm)}`,
    tolerated: tolerated === null ? "—" : toleratedWords(metric, result, tolerated),
    exactBounds: `Harm beyond the tolerance: ${exactEnd(excess.lower, "−∞")} to ${exactEnd(excess.upper, "+∞")}`,
  };
}

/** Where the harm lies: "−0.4 pp to +3.1 pp". */
export function guardrailBounds(metric: MetricAnalysis, result: GuardrailResult): string {
  const { lower, upper } = boundsOf(result);
  if (lower === null && upper === null) return "not available yet";
  const precision = precisionOf(metric, result);
  const end = (value: number | null, infinity: string) =>
    value === null ? infinity : formatDifference(metric.definition, value, precision);
  return `${end(lower, "−∞")} to ${end(upper, "+∞")}`;
}
