import type { Analysis, Comparison, MetricAnalysis, VariantEstimate } from "../model/analysis.ts";
import { type ExperimentMetric, type ExperimentSpec, plannedUnitsOfPair } from "../model/experiment.ts";
import type { MetricDefinition } from "../model/metric.ts";
import type { ExperimentTotals } from "../model/moments.ts";
import { compare } from "./compare.ts";
import { emptyMoments } from "./moments.ts";
import { chiSquareOfProportions } from "./proportions.ts";
import { checkSampleRatio } from "./sample-ratio.ts";
import { sequentialSquaredError } from "./sequential-error.ts";
import { type UnitStatistics, unitStatistics } from "./unit-statistics.ts";

/** Grows whenever the same moments would give other numbers. Stored with every snapshot. */
export const ENGINE_VERSION = "1";

/** What an analysis is computed from: plain data, no clock. */
export interface AnalysisInput {
  spec: ExperimentSpec;
  /** The experiment's metric definitions as frozen at start. */
  definitions: readonly MetricDefinition[];
  totals: ExperimentTotals;
  /** Epoch milliseconds. */
  now: number;
}

interface Arm {
  variant: string;
  statistics: UnitStatistics | undefined;
}

/** The statistics of every arm for one metric, in the order of the experiment's variants. */
function armsOf(spec: ExperimentSpec, definition: MetricDefinition, totals: ExperimentTotals): Arm[] {
  return spec.variants.map(({ key }) => {
    const variantTotals = totals.variants[key];
    const moments = variantTotals?.metrics[definition.key] ?? emptyMoments();
    return {
      variant: key,

      statistics: unitStatistics(definition, moments, variantTotals?.units ?? 0),
    };
  });
}

function describeArm(definition: MetricDefinition, { variant, statistics }: Arm): VariantEstimate {
  const enough = statistics !== undefined && statistics.units > 1;
  return {
    variant,
    units: statistics?.units ?? 0,
    observations: statistics?.observations ?? 0,
    estimate: statistics?.estimate ?? null,
    standardError: enough ? Math.sqrt(statistics.squaredError) : null,
    sequentialStandardError: enough ? Math.sqrt(sequentialSquaredError(definition, statistics)) : null,
  };
}

function chiSquare(definition: MetricDefinition, arms: readonly Arm[]): MetricAnalysis["chiSquare"] {
  if (definition.type !== "proportion") return null;
  const known = arms.flatMap(({ statistics }) => (statistics ? [statistics] : []));
  if (known.length < arms.length) return { status: "unavailable", reason: "insufficient_data" };
  if (!known.every((statistics) => statistics.oneObservationPerUnit)) return null;
  return chiSquareOfProportions(
    known.map(({ units, estimate }) => ({ units, successes: Math.round(estimate * units) })),
  );
}

function analyzeMetric(input: AnalysisInput, { metric, role }: ExperimentMetric): MetricAnalysis | undefined {
  const { spec, totals } = input;
  const definition = input.definitions.find(({ key }) => key === metric);
  if (!definition) return undefined;
  const arms = armsOf(spec, definition, totals);
  const control = arms.find(({ variant }) => variant === spec.control);
  const comparisons = arms
    .filter(({ variant }) => variant !== spec.control)
    .map((arm): Comparison => {
      if (definition.type === "quantile") {
        const noMethod = { status: "unavailable", reason: "no_method" } as const;
        return { variant: arm.variant, difference: noMethod, relative: noMethod };
      }
      return compare(definition, arm.variant, control?.statistics, arm.statistics, {
        alpha: spec.alpha,
        plannedUnits: plannedUnitsOfPair(spec, arm.variant),
      });
    });
  return {
    metric,
    role,
    definition,
    variants: arms.map((arm) => describeArm(definition, arm)),
    comparisons,
    chiSquare: chiSquare(definition, arms),
  };
}

/**
 * Turns the totals of an experiment into its results: estimates, differences to control, intervals, the split check.
 * The cost depends on variants × metrics only, never on the number of events.
 */
export function analyze(input: AnalysisInput): Analysis {
  const { spec, totals, now } = input;
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
    sampleRatio: checkSampleRatio(arms),
    metrics: spec.metrics.flatMap((metric) => analyzeMetric(input, metric) ?? []),
  };
}
