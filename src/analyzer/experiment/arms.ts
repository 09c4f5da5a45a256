import type { CovariateAdjustment, VariantDistribution, VariantEstimate } from "#model/analysis/analysis.ts";
import type { ExperimentTotals, MetricMoments, VariantTotals } from "#model/analysis/moments.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { combinePhases, combineStaying, type Design, designOf } from "../allocation/combine-phases.ts";
import { emptyAdjustment } from "../estimates/adjustment-moments.ts";
import { adjustArms } from "../estimates/covariate-adjustment.ts";
import { eligibleUnitsOf } from "../estimates/eligible-units.ts";
import { emptyMoments, emptyTotals } from "../estimates/moments.ts";
import { type Distribution, toDistribution } from "../estimates/quantile-distribution.ts";
import { mergeSketches } from "../estimates/quantile-sketch.ts";
import { quantileEstimate, quantileStatistics, quantileWithBand } from "../estimates/quantile-statistics.ts";
import { adjustByRegression } from "../estimates/regression-adjustment.ts";
import { sequentialSquaredError, withPooledVariance } from "../estimates/sequential-error.ts";
import { type UnitStatistics, unitStatistics } from "../estimates/unit-statistics.ts";

/** Shown of every distribution. */
export const SHOWN_QUANTILES = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

/** One variant of one metric. */
export interface Arm {
  variant: string;
  /** As observed. */
  observed: UnitStatistics | undefined;
  /** What comparisons start from: as observed, or with the covariate's part taken out. */
  statistics: UnitStatistics | undefined;
  /** Whether a covariate's part is taken out of the statistics. */
  isAdjusted: boolean;
  distribution: Distribution | undefined;
  /** Of an arm that left: control over the phases that have both. It is compared with this. */
  contemporaryControl?: UnitStatistics | undefined;
}

/** What is known of units from before explains of a metric, apart from what that leaves of the variance. */
export type Adjustment = Omit<CovariateAdjustment, "varianceRatio">;

export interface Arms {
  arms: Arm[];
  adjustment: Adjustment | undefined;
}

/** What one arm shows of one metric. @param totals undefined when nothing has been counted */
export function observe(
  definition: MetricDefinition,
  totals: VariantTotals | undefined,
): Pick<Arm, "distribution"> & { statistics: UnitStatistics | undefined; moments: MetricMoments } {
  const sketch = totals?.sketches[definition.source ?? definition.key];
  const distribution = sketch && toDistribution(sketch);
  const moments = totals?.metrics[definition.key] ?? emptyMoments();
  const statistics =
    definition.type === "quantile"
      ? distribution && quantileStatistics(distribution, definition.quantile ?? 0.5)
      : unitStatistics(definition, moments, eligibleUnitsOf(definition, totals));
  return { statistics, moments, distribution };
}

/** Takes out of every arm what is known of its units from before. Nothing where one was not seen. */
function adjust(
  definition: MetricDefinition,
  observed: readonly { statistics: UnitStatistics | undefined; moments: MetricMoments }[],
): { adjustment: Adjustment | undefined; adjusted: UnitStatistics[] | undefined } {
  const complete = observed.flatMap(({ statistics, moments }) =>
    statistics ? [{ statistics, moments }] : [],
  );
  if (definition.type === "quantile" || complete.length < observed.length)
    return { adjustment: undefined, adjusted: undefined };
  const { adjustFor } = definition;
  if (!adjustFor) {
    const result = adjustArms(
      complete.map(({ statistics, moments }) => ({ statistics, covariate: moments.covariate })),
    );
    return {
      adjustment: result && { slope: result.slope, units: result.units },
      adjusted: result?.arms,
    };
  }
  const nothing = emptyAdjustment(1 + adjustFor.covariates.length);
  const result = adjustByRegression(
    complete.map(({ statistics, moments: { adjustment = nothing } }) => ({
      statistics,
      moments: adjustment,
    })),
  );
  if (result?.status !== "adjusted") {
    const imbalance = result && { slope: null, units: result.units, imbalancePValue: result.pValue };
    return { adjustment: imbalance, adjusted: undefined };
  }
  const [slope = 0, ...slopes] = result.slopes;
  const covariates = adjustFor.covariates.map((name, index) => ({ name, slope: slopes[index] ?? 0 }));
  return {
    adjustment: { slope, units: result.units, strata: result.strata, covariates },
    adjusted: result.arms,
  };
}

/**
 * The arms of one phase of constant weights, in the order of the experiment's variants.
 * @param mayMiss arms that the others are adjusted without where they were not seen
 */
function armsOfPhase(
  spec: ExperimentSpec,
  definition: MetricDefinition,
  totals: ExperimentTotals,
  mayMiss: readonly string[] = [],
): Arms {
  const observed = spec.variants.map(({ key }) => {
    const { statistics, moments, distribution } = observe(definition, totals.variants[key]);
    return { variant: key, statistics, moments, distribution };
  });
  const expected = observed.filter(({ variant, statistics }) => statistics || !mayMiss.includes(variant));
  const { adjustment, adjusted } = adjust(definition, expected);
  const adjustedOf = (wanted: string) => adjusted?.[expected.findIndex(({ variant }) => variant === wanted)];
  return {
    adjustment,
    arms: observed.map(({ variant, statistics, distribution }) => ({
      variant,
      observed: statistics,
      statistics: adjustedOf(variant) ?? statistics,
      isAdjusted: adjustedOf(variant) !== undefined,
      distribution,
    })),
  };
}

function pooled({ horizon }: ExperimentSpec, { arms, adjustment }: Arms): Arms {
  const statistics = withPooledVariance(
    arms.map((arm) => arm.statistics),
    horizon,
  );
  return {
    adjustment,
    arms: arms.map((arm, index) => {
      const moderated = statistics[index];
      return {
        ...arm,
        observed: arm.isAdjusted ? arm.observed : moderated,
        statistics: moderated,
      };
    }),
  };
}

/** The totals of one phase, with its weights in the order of the variants; those of the plan where it has none. */
export interface TotalsOfPhase {
  totals: ExperimentTotals;
  weights?: readonly number[];
}

/** Where weights follow the evidence, phases count by their units and looks are timed by these, as they always were. */
function designOfPhases(
  { variants, allocation }: ExperimentSpec,
  phases: readonly TotalsOfPhase[],
): Design | undefined {
  if (allocation.type === "adaptive") return undefined;
  const plannedWeights = variants.map(({ weight }) => weight);
  const weights = phases.map((phase) =>
    plannedWeights.map((planned, arm) => phase.weights?.[arm] ?? planned),
  );
  return { plannedWeights, weights };
}

/** Every arm over all phases; for one that left, over those that have it and control, beside control over the same. */
function combineArms(
  { variants, control: controlKey }: ExperimentSpec,
  byPhase: readonly (readonly (UnitStatistics | undefined)[])[],
  switchedOff: readonly string[],
  design: Design | undefined,
): { own: UnitStatistics | undefined; contemporaryControl: UnitStatistics | undefined }[] {
  const hasLeft = variants.map(({ key }) => switchedOff.includes(key));
  const combined = combineStaying(byPhase, hasLeft, design);
  const control = variants.findIndex(({ key }) => key === controlKey);
  return variants.map((_, index) => {
    if (!hasLeft[index]) return { own: combined[index], contemporaryControl: undefined };
    const pairOf = (shares: readonly number[]) => [shares[control] ?? 0, shares[index] ?? 0];
    const [contemporaryControl, own] =
      combinePhases(
        byPhase.map((arms) => [arms[control], arms[index]]),
        design && designOf(design, pairOf),
      ) ?? [];
    return { own, contemporaryControl };
  });
}

/**
 * The statistics of every arm for one metric. Over phases of different weights, an arm's estimate is the average of its
 * phases', each weighing as many units as all arms had in it: inside a phase the split owes nothing to the outcomes. Where
 * weights follow the evidence, covariates explain nothing away: most phases are too short to know a slope.
 * @param switchedOff treatments that left
 */
export function armsOf(
  spec: ExperimentSpec,
  definition: MetricDefinition,
  phases: readonly TotalsOfPhase[],
  switchedOff: readonly string[] = [],
): Arms {
  const [only = { totals: emptyTotals(spec.variants.map(({ key }) => key)) }] = phases;
  if (phases.length <= 1) return pooled(spec, armsOfPhase(spec, definition, only.totals));
  const design = designOfPhases(spec, phases);
  const byPhase = phases.map(({ totals }) => armsOfPhase(spec, definition, totals, switchedOff).arms);
  const combine = (read: (arm: Arm) => UnitStatistics | undefined) =>
    combineArms(
      spec,
      byPhase.map((arms) => arms.map(read)),
      switchedOff,
      design,
    );
  const isAdjusted = design !== undefined && byPhase.flat().some((arm) => arm.isAdjusted);
  const observed = combine((arm) => arm.observed);
  const compared = isAdjusted ? combine((arm) => arm.statistics) : observed;
  return pooled(spec, {
    adjustment: undefined,
    arms: spec.variants.map(({ key }, index) => {
      const sketches = byPhase.flatMap((arms) => arms[index]?.distribution?.sketch ?? []);
      return {
        variant: key,
        observed: observed[index]?.own,
        statistics: compared[index]?.own,
        isAdjusted,
        distribution: sketches.length > 0 ? toDistribution(sketches.reduce(mergeSketches)) : undefined,
        contemporaryControl: compared[index]?.contemporaryControl,
      };
    }),
  });
}

export function describeArm(
  definition: MetricDefinition,
  { variant, observed, statistics }: Arm,
): VariantEstimate {
  const enough = statistics !== undefined && statistics.units > 1;
  return {
    variant,
    units: observed?.units ?? 0,
    effectiveUnits: observed?.effectiveUnits ?? 0,
    observations: observed?.observations ?? 0,
    estimate: observed?.estimate ?? null,
    adjustedEstimate: statistics && statistics !== observed ? statistics.estimate : null,
    standardError: enough ? Math.sqrt(statistics.squaredError) : null,
    sequentialStandardError: enough ? Math.sqrt(sequentialSquaredError(definition, statistics)) : null,
    ...(statistics?.clock && { clock: statistics.clock }),
  };
}

/** The median of an arm's event values, with its error. */
export function medianOf({ distribution }: Arm): UnitStatistics | undefined {
  return distribution && quantileWithBand(distribution, 0.5);
}

export function describeDistribution({ variant, distribution }: Arm): VariantDistribution {
  const quantiles = SHOWN_QUANTILES.flatMap((quantile) => {
    const shown = distribution && quantileEstimate(distribution, quantile);
    if (!shown) return [];
    return [{ quantile, value: shown.estimate, standardError: Math.sqrt(shown.squaredError) }];
  });
  return { variant, quantiles };
}
