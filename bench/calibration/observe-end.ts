import type { Difference } from "#model/analysis/analysis.ts";
import { fixedQuantileIntervals } from "./clustered-quantile.ts";
import {
  comparisonOf,
  contains,
  type Look,
  primaryDifferences,
  quantileSubject,
  smallestPValues,
  type Truth,
} from "./observe-look.ts";
import { perRequestPValue } from "./per-request.ts";
import type { RunRecord } from "./record.ts";
import { decidingDefinition, type Scenario } from "./scenario.ts";
import type { SimulatedUnit } from "./stream.ts";

function observeTests(record: RunRecord, scenario: Scenario, truth: Truth, { analysis }: Look): void {
  const { fixed } = smallestPValues(analysis);
  const significant = fixed < analysis.alpha;
  if (truth.difference === 0) {
    record.once("fixed_at_end", significant);
    return;
  }
  record.once("fixed_power", significant);
  const difference = comparisonOf(analysis, scenario, decidingDefinition(scenario).key)?.difference;
  if (difference?.status !== "ok" || !significant) return;
  record.once("fixed_wrong", Math.sign(difference.estimate) !== Math.sign(truth.difference));
}

function observeIntervals(record: RunRecord, scenario: Scenario, truth: Truth, { analysis }: Look): void {
  const comparison = comparisonOf(analysis, scenario, decidingDefinition(scenario).key);
  if (comparison?.difference.status !== "ok") return;
  const { difference, relative, proportion } = comparison;
  record.once("coverage_fixed", contains(difference.interval, truth.difference));
  record.once("coverage_always_at_end", contains(difference.alwaysValid.interval, truth.difference));
  if (primaryDifferences(analysis).length > 1 && truth.difference === 0) {
    const intervals = primaryDifferences(analysis).flatMap(({ corrected }) => corrected?.interval ?? []);
    record.once(
      "coverage_family",
      intervals.every((interval) => contains(interval, 0)),
    );
  }
  // Requests that the end of the run cuts off would shift control's value a little.
  if (relative.status === "ok" && !scenario.returning) {
    record.once(
      "coverage_relative",
      relative.interval === null || contains(relative.interval, truth.relative),
    );
  }
  if (proportion?.status === "ok")
    record.once("coverage_newcombe", contains(proportion.interval, truth.difference));
}

function observeRepeatedValues(
  record: RunRecord,
  { interval, alwaysValid }: Difference,
  truth: number,
): void {
  const { lower, upper } = interval;
  const isAbove = lower !== null && lower > 0;
  const isBelow = upper !== null && upper < 0;
  record.once("repeated_wrong", (isAbove && truth < 0) || (isBelow && truth > 0));
  if (truth !== 0) record.once("repeated_power", alwaysValid.pValue < 0.05);
}

function observeQuantiles(
  record: RunRecord,
  scenario: Scenario,
  { quantiles }: Truth,
  { analysis }: Look,
  units: readonly SimulatedUnit[],
): void {
  const definition = scenario.metricDefinitions.find(({ type }) => type === "quantile");
  if (!quantiles || !definition) return;
  const truth = quantiles.treatment - quantiles.control;
  const difference = comparisonOf(analysis, scenario, definition.key)?.difference;
  if (difference?.status === "ok") {
    const subject = quantileSubject(scenario);
    record.once(`${subject}_coverage`, contains(difference.interval, truth));
    record.once(`${subject}_coverage_always_at_end`, contains(difference.alwaysValid.interval, truth));
    if (scenario.repeatedValues) observeRepeatedValues(record, difference, truth);
  }
  if (scenario.repeatedValues) return;
  const { clustered, independent } = fixedQuantileIntervals(scenario, definition, units);
  if (clustered) record.once("quantile_coverage_band", contains(clustered, truth));
  if (independent) record.once("quantile_coverage_naive", contains(independent, truth));
}

/** Notes what a reader sees who looks once, at the end. */
export function observeEnd(
  record: RunRecord,
  scenario: Scenario,
  truth: Truth,
  look: Look,
  units: readonly SimulatedUnit[],
): void {
  observeQuantiles(record, scenario, truth, look, units);
  if (scenario.repeatedValues) return;
  observeTests(record, scenario, truth, look);
  observeIntervals(record, scenario, truth, look);
  if (scenario.clustered && truth.difference === 0) {
    record.once("per_request_at_end", perRequestPValue(scenario, units) < look.analysis.alpha);
  }
}
