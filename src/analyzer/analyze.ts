import type { Analysis, MetricAnalysis } from "../model/analysis.ts";
import { type ExperimentMetric, type ExperimentSpec, plannedUnitsOfPair } from "../model/experiment.ts";
import type { MetricDefinition } from "../model/metric.ts";
import type { ExperimentTotals } from "../model/moments.ts";
import { type Arm, type Arms, armsOf, describeArm, distributionOf, medianOf } from "./arms.ts";
import { compare } from "./compare.ts";
import { correctFamily } from "./correct-family.ts";
import { analyzeFactors } from "./factorial.ts";
import { chiSquareOfProportions } from "./proportions.ts";
import { checkSampleRatio } from "./sample-ratio.ts";
import { omnibusTest } from "./second-opinions.ts";

/** Grows whenever the same moments would give other numbers. Stored with every snapshot. */
export const ENGINE_VERSION = "2";

/** What an analysis is computed from: plain data, no clock. */
export interface AnalysisInput {
  spec: ExperimentSpec;
  /** The experiment's metric definitions as frozen at start. */
  definitions: readonly MetricDefinition[];
  totals: ExperimentTotals;
  /** The analysis before this one, for what holds over all looks together. */
  previous?: Analysis | undefined;
  /** Epoch milliseconds. */
  now: number;
}

function chiSquare(definition: MetricDefinition, arms: readonly Arm[]): MetricAnalysis["chiSquare"] {
  if (definition.type !== "proportion") return null;
  const known = arms.flatMap(({ observed }) => (observed ? [observed] : []));
  if (known.length < arms.length) return { status: "unavailable", reason: "insufficient_data" };
  if (!known.every((statistics) => statistics.oneObservationPerUnit)) return null;
  return chiSquareOfProportions(
    known.map(({ units, estimate }) => ({ units, successes: Math.round(estimate * units) })),
  );
}

function methodOf(definition: MetricDefinition, { adjustment }: Arms) {
  if (definition.type === "quantile") return "woodruff";
  return adjustment ? "welch_t_adjusted" : "welch_t";
}

/** Variance of the adjusted differences as a share of the plain ones', over all arms. */
function varianceRatioOf(arms: readonly Arm[]): number {
  const sum = (read: (arm: Arm) => number) => arms.reduce((total, arm) => total + read(arm), 0);
  const plain = sum(({ observed }) => observed?.squaredError ?? 0);
  return plain > 0 ? sum(({ statistics }) => statistics?.squaredError ?? 0) / plain : 1;
}

function compareAll(input: AnalysisInput, definition: MetricDefinition, metricArms: Arms, role: string) {
  const { spec, previous } = input;
  const { arms } = metricArms;
  const control = arms.find(({ variant }) => variant === spec.control);
  const treatments = arms.filter(({ variant }) => variant !== spec.control);
  const earlier = previous?.metrics.find(({ metric }) => metric === definition.key)?.comparisons ?? [];
  const comparisons = treatments.map((arm) => {
    const before = earlier.find(({ variant }) => variant === arm.variant)?.difference;
    const hasMedians = definition.type === "mean" && (control?.sketch ?? arm.sketch) !== undefined;
    return compare(
      definition,
      arm.variant,
      control?.statistics,
      arm.statistics,
      {
        alpha: spec.alpha,
        plannedUnits: plannedUnitsOfPair(spec, arm.variant),
        method: methodOf(definition, metricArms),
        earlier: before?.status === "ok" ? before.running : undefined,
      },
      hasMedians ? { control: control && medianOf(control), treatment: medianOf(arm) } : undefined,
    );
  });
  if (role !== "primary") return comparisons;
  const compared = treatments.map((arm) => ({
    control: control?.statistics,
    treatment: arm.statistics,
    plannedUnits: plannedUnitsOfPair(spec, arm.variant),
  }));
  return correctFamily(definition, comparisons, compared, spec.alpha);
}

function analyzeMetric(input: AnalysisInput, { metric, role }: ExperimentMetric): MetricAnalysis | undefined {
  const definition = input.definitions.find(({ key }) => key === metric);
  if (!definition) return undefined;
  const metricArms = armsOf(input.spec, definition, input.totals);
  const { arms, adjustment } = metricArms;
  return {
    metric,
    role,
    definition,
    variants: arms.map((arm) => describeArm(definition, arm)),
    comparisons: compareAll(input, definition, metricArms, role),
    chiSquare: chiSquare(definition, arms),
    omnibus: omnibusTest(
      definition,
      arms.map(({ statistics }) => statistics),
    ),
    adjustment: adjustment
      ? { slope: adjustment.slope, units: adjustment.units, varianceRatio: varianceRatioOf(arms) }
      : null,
    factorial: analyzeFactors(input.spec, arms),
    distribution: arms.some(({ sketch }) => sketch) ? arms.map(distributionOf) : null,
  };
}

/**
 * Turns the totals of an experiment into its results: estimates, differences to control, intervals, the split check.
 * The cost depends on variants × metrics only, never on the number of events.
 */
export function analyze(input: AnalysisInput): Analysis {
  const { spec, totals, now, previous } = input;
  const arms = spec.variants.map(({ key, weight }) => ({
    variant: key,
    weight,
    units: totals.variants[key]?.units ?? 0,
  }));
  return {
    engineVersion: ENGINE_VERSION,
    takenAt: now,
    alpha: spec.alpha,
    units: arms.reduce((sum, { units }) => sum + units, 0),
    crossedOverUnits: totals.crossedOverUnits,
    events: totals.events,
    duplicates: totals.duplicates,
    sampleRatio: checkSampleRatio(arms, previous?.sampleRatio.runningPValue ?? 1),
    metrics: spec.metrics.flatMap((metric) => analyzeMetric(input, metric) ?? []),
  };
}
