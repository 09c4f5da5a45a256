import type { Analysis, Difference, GuardrailResult } from "#model/analysis/analysis.ts";
import type { Decision } from "#model/analysis/decision.ts";
import type { Interval } from "#model/analysis/interval.ts";
import type { RunRecord } from "./record.ts";
import { decidingDefinition, type Scenario, treatmentOf } from "./scenario.ts";

/** What an experiment knows at one look. */
export interface Look {
  analysis: Analysis;
  guardrails: readonly GuardrailResult[];
  decision: Decision;
}

/** What the simulation knows and the engine must find. */
export interface Truth {
  /** Treatment − control on the primary metric; 0 where nothing is to be found. */
  difference: number;
  /** The difference as a share of control's value. */
  relative: number;
  /** Of the scenario's quantile, in control and treatment. */
  quantiles: { control: number; treatment: number } | undefined;
  /** Guardrails are harmed exactly by their margins. */
  harmAtMargin: boolean;
  /** Traffic is split as planned. */
  soundSplit: boolean;
}

/** Is a value inside? An end that is null lies at infinity. */
export function contains({ lower, upper }: Interval, value: number): boolean {
  return (lower ?? Number.NEGATIVE_INFINITY) <= value && value <= (upper ?? Number.POSITIVE_INFINITY);
}

/** The comparison of the variant that is set apart. */
export function comparisonOf({ metrics }: Analysis, scenario: Scenario, metric: string) {
  const comparisons = metrics.find((candidate) => candidate.metric === metric)?.comparisons ?? [];
  return comparisons.find(({ variant }) => variant === treatmentOf(scenario));
}

/** The comparisons of all treatments on the primary metric that could be made. */
export function primaryDifferences({ metrics }: Analysis): Difference[] {
  const primary = metrics.find(({ role }) => role === "primary");
  return (
    primary?.comparisons.flatMap(({ difference }) => (difference.status === "ok" ? difference : [])) ?? []
  );
}

/** The smallest of the treatments' p-values, corrected for being several. */
export function smallestPValues(analysis: Analysis): { fixed: number; alwaysValid: number } {
  const corrected = primaryDifferences(analysis).flatMap((difference) => difference.corrected ?? []);
  return {
    fixed: Math.min(1, ...corrected.map(({ pValue }) => pValue)),
    alwaysValid: Math.min(1, ...corrected.map(({ alwaysValid }) => alwaysValid.pValue)),
  };
}

/** What the questions about a scenario's quantile begin with. */
export function quantileSubject({ repeatedValues }: Scenario): "quantile" | "repeated" {
  return repeatedValues ? "repeated" : "quantile";
}

function observeQuantile(record: RunRecord, scenario: Scenario, { quantiles }: Truth, analysis: Analysis) {
  const quantile = scenario.metricDefinitions.find(({ type }) => type === "quantile");
  const difference = quantile && comparisonOf(analysis, scenario, quantile.key)?.difference;
  if (!quantiles || difference?.status !== "ok") return;
  const truth = quantiles.treatment - quantiles.control;
  const subject = quantileSubject(scenario);
  record.always(`${subject}_coverage_always`, contains(difference.alwaysValid.interval, truth));
  if (truth === 0) record.ever(`${subject}_any_time`, difference.alwaysValid.pValue < analysis.alpha);
}

/** Notes what may happen at any look. Decisions, and the bars for them, begin with the experiment's minimum of units. */
export function observeLook(record: RunRecord, scenario: Scenario, truth: Truth, look: Look): void {
  const { analysis, guardrails } = look;
  const { alpha } = analysis;
  const smallest = smallestPValues(analysis);
  const mature = analysis.units >= scenario.spec.minimumUnits;
  if (truth.difference === 0) {
    record.ever("always_valid_from_first_look", smallest.alwaysValid < alpha);
    if (mature) record.ever("always_valid_any_time", smallest.alwaysValid < alpha);
    if (mature) record.ever("fixed_any_time", smallest.fixed < alpha);
  }
  const difference = comparisonOf(analysis, scenario, decidingDefinition(scenario).key)?.difference;
  if (difference?.status === "ok") {
    const covers = contains(difference.alwaysValid.interval, truth.difference);
    record.always("coverage_always_from_first_look", covers);
    if (mature) record.always("coverage_always", covers);
  }
  for (const { metric, verdict } of guardrails) {
    const harmed = verdict === "harmed";
    if (truth.harmAtMargin) {
      record.ever(`guardrail_alarm:${metric}`, harmed);
      record.ever(`guardrail_safe:${metric}`, verdict === "safe");
    } else record.ever(`guardrail_found:${metric}`, harmed);
  }
  const question = truth.soundSplit ? "split_alarm" : "split_found";
  record.ever(question, analysis.sampleRatio.verdict === "mismatch");
  if (mature) observeQuantile(record, scenario, truth, analysis);
}
