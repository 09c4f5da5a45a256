import { emptyMoments } from "#analyzer/estimates/moments.ts";
import { RunningMoments } from "#analyzer/estimates/running-moments.ts";
import type { UnitContribution } from "#analyzer/estimates/unit-contribution.ts";
import type { ExperimentTotals, MetricMoments } from "#model/analysis/moments.ts";
import { completeSpec } from "#model/experiment/defaults.ts";
import {
  type ExperimentInput,
  type ExperimentSpec,
  experimentInputSchema,
} from "#model/experiment/experiment.ts";
import { type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";

export function momentsOf(units: readonly UnitContribution[]): MetricMoments {
  const running = new RunningMoments(emptyMoments());
  for (const unit of units) running.replace(undefined, unit);
  return running.moments;
}

/** Moments of units with one event each. */
export function momentsOfValues(values: readonly number[]): MetricMoments {
  return momentsOf(values.map((y) => ({ y, d: 1 })));
}

/** `successes` units with the value 1 and the rest with 0. */
export function momentsOfCounts(successes: number, units: number): MetricMoments {
  return {
    units,
    y: [successes, 0],
    d: [units, 0],
    yy: [successes, 0],
    dd: [units, 0],
    yd: [successes, 0],
  };
}

export function metric(overrides: Partial<MetricDefinition> = {}): MetricDefinition {
  return metricDefinitionSchema.parse({
    key: "task_success",
    name: "Task success",
    type: "proportion",
    direction: "increase",
    ...overrides,
  });
}

export function spec(overrides: Partial<ExperimentInput> = {}): ExperimentSpec {
  const input = experimentInputSchema.parse({
    key: "experiment",
    kind: "model",
    config: "answer",
    variants: [
      { key: "control", version: 1, weight: 0.5 },
      { key: "treatment", version: 2, weight: 0.5 },
    ],
    metrics: [{ metric: "task_success", role: "primary" }],
    minimumUnits: 100,
    minimumDurationSeconds: 0,
    ...overrides,
  });
  return completeSpec(input, input.control ?? "control");
}

/** Totals from moments per variant and metric; every variant's units are those of its first metric. */
export function totals(
  variants: Record<string, Record<string, MetricMoments>>,
  overrides: Partial<ExperimentTotals> = {},
): ExperimentTotals {
  return {
    variants: Object.fromEntries(
      Object.entries(variants).map(([key, metrics]) => [
        key,
        { units: Object.values(metrics)[0]?.units ?? 0, metrics, matured: {}, sketches: {} },
      ]),
    ),
    multipleExposureUnits: 0,
    events: 0,
    duplicates: 0,
    rejected: 0,
    late: 0,
    lateCovariates: 0,
    outsideWindow: 0,
    maturedUntil: null,
    untrustedValues: 0,
    surplusEvents: 0,
    surplusUnits: 0,
    returningUnits: 0,
    returningEvents: 0,
    excludedUnits: 0,
    erasedUnits: 0,
    excludedEvents: 0,
    firstExposureAt: 0,
    lastEventAt: 0,
    ...overrides,
  };
}
