import type {
  Analysis,
  Comparison,
  Difference,
  GuardrailResult,
  MetricAnalysis,
} from "#model/analysis/analysis.ts";
import type { Decision } from "#model/analysis/decision.ts";
import { isProvenWorse } from "#model/analysis/is-proven-worse.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { improvementSign } from "#model/metric/direction.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { formatDifference, formatInterval, formatSize, formatValue } from "./metric-values.ts";

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

export function comparisonOf(metric: MetricAnalysis, variant: string): Comparison | undefined {
  return metric.comparisons.find((candidate) => candidate.variant === variant);
}

/** A metric's name within a sentence: "task success", but "CSAT" and "p95 latency" as they are. */
export function nameWithin(context: DecisionContext, key: string): string {
  const name = findMetric(context, key)?.definition.name ?? key;
  return /^\p{Lu}\P{Lu}/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

function describeChange(definition: MetricDefinition, difference: Difference): string {
  return formatDifference(definition, difference.estimate, difference.standardError);
}

/** "task success +20 pp (50% vs. 30%, interval +11 pp to +29 pp)" for one treatment. */
export function describeDifference(context: DecisionContext, key: string, variant: string): string {
  const name = nameWithin(context, key);
  const metric = findMetric(context, key);
  const difference = metric && comparisonOf(metric, variant)?.difference;
  if (!metric || difference?.status !== "ok") return name;
  const { definition } = metric;
  const valuesOf = (wanted: string) =>
    metric.variants.flatMap(({ variant: candidate, estimate }) =>
      candidate === wanted && estimate !== null
        ? [formatValue(definition, estimate, difference.standardError)]
        : [],
    );
  const values = [...valuesOf(variant), ...valuesOf(context.spec.control)];
  const comparison = values.length === 2 ? `${values.join(" vs. ")}, ` : "";
  const interval = formatInterval(definition, difference.alwaysValid.interval, difference.standardError);
  return `${name} ${describeChange(definition, difference)} (${comparison}interval ${interval})`;
}

function describeLoss(
  context: DecisionContext,
  { metric, definition }: MetricAnalysis,
  { difference, relative }: Comparison,
): string {
  const name = nameWithin(context, metric);
  const ratio = relative.status === "ok" ? 1 + relative.estimate : undefined;
  if (ratio !== undefined && ratio >= SMALLEST_FACTOR) return `${name} ×${Number(ratio.toPrecision(2))}`;
  return difference.status === "ok" ? `${name} ${describeChange(definition, difference)}` : name;
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
    const change = difference?.status === "ok" ? ` ${describeChange(metric.definition, difference)}` : "";
    return [
      `${nameWithin(context, key)} of '${variant}'${change}, more than the tolerated ${formatSize(metric.definition, tolerated, null)}`,
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
    const isBetter = improvementSign(primary.definition) * difference.estimate > 0;
    return [
      `'${variant}' is proven ${isBetter ? "better" : "worse"}: ${describeDifference(context, primary.metric, variant)}`,
    ];
  });
}
