import type { Analysis, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { StandingDoubts } from "#model/analysis/data-quality.ts";
import type { EarlierLook } from "#model/analysis/earlier-look.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { DataAcceptance } from "#model/experiment/data-acceptance.ts";
import type { ExperimentMetric, ExperimentSpec } from "#model/experiment/experiment.ts";
import { lookPlanOfPair } from "#model/experiment/look-plan.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { readAllocation, readBestArm } from "../allocation/adaptive-allocation.ts";
import { withComparableErrors } from "../estimates/sequential-error.ts";
import { chiSquareOfProportions } from "../tests/proportions.ts";
import { checkSampleRatio, checkSampleRatioOfPhases, type SplitArm } from "../tests/sample-ratio.ts";
import { unavailable } from "../unavailable.ts";
import { type Arm, type Arms, armsOf, describeArm, describeDistribution, medianOf } from "./arms.ts";
import { compare } from "./compare.ts";
import { correctFamily } from "./correct-family.ts";
import { earlierDoubts, findDataDoubts } from "./data-doubts.ts";
import { analyzeFactors } from "./factorial.ts";
import { checkReporting, checkResponses, readAnnouncements } from "./reporting.ts";
import { omnibusTest } from "./secondary-tests.ts";

/** Grows whenever the same moments would give other numbers. Stored with every snapshot. */
export const ENGINE_VERSION = "12";

export interface PhaseTotals {
  /** In the order of the variants. */
  weights: readonly number[];
  totals: ExperimentTotals;
}

/** What an analysis is computed from: plain data, no clock. */
export interface AnalysisInput {
  spec: ExperimentSpec;
  /** The experiment's metric definitions as frozen at start. */
  metricDefinitions: readonly MetricDefinition[];
  totals: ExperimentTotals;
  /** The phases of constant weights, whose totals add up to the above; only where there are several. */
  phases?: readonly PhaseTotals[];
  /** The analysis before this one, for what holds over all looks together. */
  previous?: EarlierLook | undefined;
  /** What earlier looks hold against the data, where the analysis before may not be the newest. */
  standingDoubts?: StandingDoubts | undefined;
  /** The newest time that a person accepted data in doubt. */
  acceptance?: DataAcceptance | undefined;
  /** Treatments that left. */
  switchedOff?: readonly string[];
  /** Epoch milliseconds. */
  now: number;
}

function chiSquare(definition: MetricDefinition, arms: readonly Arm[]): MetricAnalysis["chiSquare"] {
  if (definition.type !== "proportion") return null;
  const statistics = arms.flatMap(({ observed }) => (observed ? [observed] : []));
  if (statistics.length < arms.length) return unavailable("insufficient_data");
  if (!statistics.every(({ oneObservationPerUnit }) => oneObservationPerUnit)) return null;
  return chiSquareOfProportions(
    statistics.map(({ units, estimate }) => ({ units, successes: Math.round(estimate * units) })),
  );
}

function phasesOf({ spec, totals, phases = [] }: AnalysisInput): readonly PhaseTotals[] {
  return phases.length > 1 ? phases : [{ weights: spec.variants.map(({ weight }) => weight), totals }];
}

function armsOfMetric(input: AnalysisInput, definition: MetricDefinition): Arms {
  return armsOf(input.spec, definition, phasesOf(input), input.switchedOff);
}

function methodOf(input: AnalysisInput, definition: MetricDefinition, { adjustment }: Arms) {
  if (phasesOf(input).length > 1) return "stratified_by_phase";
  if (definition.type === "quantile") return "woodruff";
  return adjustment && adjustment.imbalancePValue === undefined ? "welch_t_adjusted" : "welch_t";
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
  const controlMedian = definition.type === "mean" && control ? medianOf(control) : undefined;
  const comparisons = treatments.map((arm) => {
    const before = earlier.find(({ variant }) => variant === arm.variant)?.difference;
    const hasMedians =
      definition.type === "mean" && (control?.distribution ?? arm.distribution) !== undefined;
    const compared = arm.contemporaryControl ?? control?.statistics;
    const pair = withComparableErrors(definition, compared, arm.statistics);
    return compare(
      definition,
      arm.variant,
      pair.control,
      pair.treatment,
      {
        alpha: spec.alpha,
        plan: lookPlanOfPair(spec, arm.variant),
        method: methodOf(input, definition, metricArms),
        earlier: before?.status === "ok" ? before.running : undefined,
        ...(arm.isAdjusted && { observed: { control: control?.observed, treatment: arm.observed } }),
      },
      hasMedians ? withComparableErrors(definition, controlMedian, medianOf(arm)) : undefined,
    );
  });
  if (role !== "primary") return comparisons;
  const compared = treatments.map((arm) => ({
    ...withComparableErrors(definition, arm.contemporaryControl ?? control?.statistics, arm.statistics),
    plan: lookPlanOfPair(spec, arm.variant),
    hasLeft: input.switchedOff?.includes(arm.variant) ?? false,
  }));
  return correctFamily(definition, comparisons, compared, spec.alpha);
}

function analyzeMetric(
  input: AnalysisInput,
  { metric, role }: ExperimentMetric,
  { definition, metricArms }: MetricArms,
): MetricAnalysis {
  const { arms, adjustment } = metricArms;
  return {
    metric,
    role,
    definition,
    variants: arms.map((arm) => describeArm(definition, arm)),
    comparisons: compareAll(input, definition, metricArms, role),
    reporting: checkReporting(
      input.spec,
      definition,
      phasesOf(input).map(({ totals }) => totals),
      input.switchedOff,
    ),
    chiSquare: chiSquare(definition, arms),
    omnibus: omnibusTest(
      definition,
      arms.map(({ statistics }) => statistics),
    ),
    adjustment: adjustment ? { ...adjustment, varianceRatio: varianceRatioOf(arms) } : null,
    factorial: analyzeFactors(input.spec, definition, arms),
    distribution: arms.some(({ distribution }) => distribution) ? arms.map(describeDistribution) : null,
  };
}

interface MetricArms {
  definition: MetricDefinition;
  metricArms: Arms;
}

/** The units of every arm in every phase, against the phase's weights. */
function splitsOf(input: AnalysisInput): SplitArm[][] {
  const { acceptance, switchedOff = [] } = input;
  return phasesOf(input).map(({ weights, totals }, phase) =>
    input.spec.variants.map(({ key, weight }, arm) => ({
      variant: key,
      weight: weights[arm] ?? weight,
      units: totals.variants[key]?.units ?? 0,
      acceptedUnits: acceptance?.units[phase]?.[arm],
      isOff: switchedOff.includes(key),
    })),
  );
}

/**
 * Turns the totals of an experiment into its results: estimates, differences to control, intervals, the split check.
 * The cost depends on variants × metrics only, never on the number of events.
 */
export function analyze(input: AnalysisInput): Analysis {
  const { spec, totals, now, previous, acceptance } = input;
  const earlier = earlierDoubts(previous, input.standingDoubts, acceptance);
  const splits = splitsOf(input);
  const [onlySplit = []] = splits;
  const units = splits.flat().reduce((all, arm) => all + arm.units, 0);
  const { multipleExposureUnits } = totals;
  const sampleRatio =
    splits.length > 1
      ? checkSampleRatioOfPhases(splits, earlier.runningPValue)
      : checkSampleRatio(onlySplit, earlier.runningPValue);
  const measured = new Map(
    input.metricDefinitions.map((definition) => [
      definition.key,
      { definition, metricArms: armsOfMetric(input, definition) },
    ]),
  );
  const primary = measured.get(spec.metrics.find(({ role }) => role === "primary")?.metric ?? "");
  return {
    engineVersion: ENGINE_VERSION,
    takenAt: now,
    alpha: spec.alpha,
    units,
    multipleExposureUnits,
    events: totals.events,
    duplicates: totals.duplicates,
    rejected: totals.rejected,
    late: totals.late,
    lateCovariates: totals.lateCovariates,
    outsideWindow: totals.outsideWindow,
    untrustedValues: totals.untrustedValues,
    surplusEvents: totals.surplusEvents,
    surplusUnits: totals.surplusUnits,
    returningUnits: totals.returningUnits,
    returningEvents: totals.returningEvents,
    excludedUnits: totals.excludedUnits,
    excludedEvents: totals.excludedEvents,
    erasedUnits: totals.erasedUnits,
    sampleRatio,
    dataDoubts: findDataDoubts(
      { units, multipleExposureUnits, erasedUnits: totals.erasedUnits },
      sampleRatio,
      earlier.dataDoubts,
      acceptance,
    ),
    announcements: acceptance ? null : readAnnouncements(spec, totals),
    responses: checkResponses(
      spec,
      phasesOf(input).map((phase) => phase.totals),
      input.switchedOff,
    ),
    allocation: primary
      ? readAllocation(spec, primary.definition, primary.metricArms.arms, splits, input.switchedOff)
      : null,
    bestArm: primary
      ? readBestArm(spec, primary.definition, primary.metricArms.arms, input.switchedOff)
      : null,
    metrics: spec.metrics.flatMap((metric) => {
      const arms = measured.get(metric.metric);
      return arms ? [analyzeMetric(input, metric, arms)] : [];
    }),
    // A proof is of a decision: what nothing but guardrails has kept from a promotion.
    proofs: [],
  };
}
