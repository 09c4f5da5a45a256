import type {
  Analysis,
  Comparison,
  GuardrailResult,
  Interval,
  MetricAnalysis,
} from "#model/analysis/analysis.ts";
import type { Decision } from "#model/analysis/decision.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { formatDifference, formatValue } from "./format.ts";

/** What a decision's sentence is made of. */
export interface DecisionContext {
  spec: ExperimentSpec;
  analysis: Analysis;
  decision: Decision;
  guardrails: readonly GuardrailResult[];
}

/** From this ratio on a factor is told instead of a percentage. */
const SMALLEST_FACTOR = 2;

function findMetric({ analysis }: DecisionContext, key: string): MetricAnalysis | undefined {
  return analysis.metrics.find(({ metric }) => metric === key);
}

function comparisonOf(metric: MetricAnalysis, variant: string): Comparison | undefined {
  return metric.comparisons.find((candidate) => candidate.variant === variant);
}

/** A metric's name within a sentence: "task success", but "CSAT" and "p95 latency" as they are. */
export function nameWithin(context: DecisionContext, key: string): string {
  const name = findMetric(context, key)?.definition.name ?? key;
  return /^\p{Lu}\P{Lu}/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

/** `+11.1 to +28.9 pp`. An end at infinity is left open. */
export function formatRange(definition: MetricDefinition, { lower, upper }: Interval): string {
  if (lower === null && upper === null) return "unbounded";
  if (lower === null) return `up to ${formatDifference(definition, upper ?? 0)}`;
  if (upper === null) return `${formatDifference(definition, lower)} or more`;
  const [low, high] = [formatDifference(definition, lower), formatDifference(definition, upper)];
  const unit = / \S+$/.exec(low)?.[0] ?? "";
  return `${unit !== "" && high.endsWith(unit) ? low.slice(0, -unit.length) : low} to ${high}`;
}

/** A size without its sign. */
export function formatSize(definition: MetricDefinition, value: number): string {
  return formatDifference(definition, value).replace(/^[+−±]/, "");
}

/** "task success +20.0 pp (50.0% vs. 30.0%, interval +11.1 to +28.9 pp)" for one treatment. */
export function describeDifference(context: DecisionContext, key: string, variant: string): string {
  const name = nameWithin(context, key);
  const metric = findMetric(context, key);
  const difference = metric && comparisonOf(metric, variant)?.difference;
  if (!metric || difference?.status !== "ok") return name;
  const { definition } = metric;
  const estimateOf = (wanted: string) =>
    metric.variants.find((candidate) => candidate.variant === wanted)?.estimate ?? null;
  const [value, baseline] = [estimateOf(variant), estimateOf(context.spec.control)];
  const values =
    value === null || baseline === null
      ? ""
      : `${formatValue(definition, value)} vs. ${formatValue(definition, baseline)}, `;
  const interval = formatRange(definition, difference.alwaysValid.interval);
  return `${name} ${formatDifference(definition, difference.estimate)} (${values}interval ${interval})`;
}

/** Always-valid, two-sided, and in the bad direction. */
function isProvenWorse({ definition }: MetricAnalysis, comparison: Comparison, alpha: number): boolean {
  if (comparison.difference.status !== "ok") return false;
  const { estimate, alwaysValid } = comparison.difference;
  const isBad = definition.direction === "increase" ? estimate < 0 : estimate > 0;
  return isBad && alwaysValid.pValue < alpha;
}

function describeLoss(
  context: DecisionContext,
  { metric, definition }: MetricAnalysis,
  { difference, relative }: Comparison,
): string {
  const name = nameWithin(context, metric);
  const ratio = relative.status === "ok" ? 1 + relative.estimate : undefined;
  if (ratio !== undefined && ratio >= SMALLEST_FACTOR) return `${name} ×${Number(ratio.toPrecision(2))}`;
  return difference.status === "ok" ? `${name} ${formatDifference(definition, difference.estimate)}` : name;
}

/** " It is worse on cost ×29 and latency +136 ms." Empty where nothing else is proven worse. */
export function describeLosses(context: DecisionContext, variant: string, deciding: string): string {
  const losses = context.analysis.metrics.flatMap((metric) => {
    const comparison = comparisonOf(metric, variant);
    const isOther = metric.metric !== deciding && comparison !== undefined;
    return isOther && isProvenWorse(metric, comparison, context.spec.alpha)
      ? [describeLoss(context, metric, comparison)]
      : [];
  });
  if (losses.length === 0) return "";
  const list = new Intl.ListFormat("en-US").format(losses);
  return ` Worse: ${list}.`;
}

/** " Meanwhile errors of 'treatment' +3.1 pp, more than the tolerated 1.0 pp, though not proven." Empty where there is none. */
export function describeSuspectedHarm(context: DecisionContext): string {
  const suspected = context.guardrails.flatMap(({ metric: key, variant, verdict, harm, tolerated }) => {
    const metric = findMetric(context, key);
    const difference = metric && comparisonOf(metric, variant)?.difference;
    if (!metric || verdict === "safe" || harm === null || tolerated === null || harm <= tolerated) return [];
    const change =
      difference?.status === "ok" ? ` ${formatDifference(metric.definition, difference.estimate)}` : "";
    return [
      `${nameWithin(context, key)} of '${variant}'${change}, more than the tolerated ${formatSize(metric.definition, tolerated)}`,
    ];
  });
  const [first] = suspected;
  return first === undefined ? "" : ` Meanwhile ${first}, though not proven.`;
}

/** The treatments that are proven better or worse on the primary metric, each in words. */
export function describeProven(context: DecisionContext): string[] {
  const primary = context.analysis.metrics.find(({ role }) => role === "primary");
  return (primary?.comparisons ?? []).flatMap(({ variant, difference }) => {
    if (!primary || difference.status !== "ok") return [];
    const pValue = (difference.corrected ?? difference).alwaysValid.pValue;
    if (pValue >= context.spec.alpha) return [];
    const isBetter = (primary.definition.direction === "increase") === difference.estimate > 0;
    return [
      `'${variant}' is proven ${isBetter ? "better" : "worse"}: ${describeDifference(context, primary.metric, variant)}`,
    ];
  });
}
