import type { RelativeDifference, Unavailable } from "#model/analysis/analysis.ts";
import type { Interval } from "#model/analysis/interval.ts";
import { lookUnitsOf } from "#model/analysis/phase-clock.ts";
import type { LookPlan } from "#model/experiment/look-plan.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { studentUpperQuantile } from "../distributions/index.ts";
import { welchDegreesOfFreedom } from "../tests/welch.ts";
import { unavailable } from "../unavailable.ts";
import { bandRatio } from "./band-difference.ts";
import { alwaysValidMultiplier, asEstimate } from "./difference.ts";
import { fiellerInterval } from "./fieller.ts";
import { sequentialSquaredError } from "./sequential-error.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

/** An end where the data end is null. */
function intervalOf(bounds: { lower: number; upper: number } | undefined): Interval | null {
  if (!bounds) return null;
  const { lower, upper } = bounds;
  return { lower: Number.isFinite(lower) ? lower : null, upper: Number.isFinite(upper) ? upper : null };
}

/**
 * (treatment − control) / |control| with Fieller's intervals, or for quantiles with those of their bands. Both exclude 0
 * exactly when the intervals of the difference do.
 * @param control, treatment  arms whose difference could be computed
 */
export function relativeDifferenceOf(
  definition: MetricDefinition,
  control: UnitStatistics,
  treatment: UnitStatistics,
  { alpha, plan }: { alpha: number; plan: LookPlan },
): RelativeDifference | Unavailable {
  if (control.estimate === 0) return unavailable("zero_baseline");
  const degreesOfFreedom = welchDegreesOfFreedom(
    control.squaredError,
    asEstimate(control).units,
    treatment.squaredError,
    asEstimate(treatment).units,
  );
  const sequential = (arm: UnitStatistics) => ({
    estimate: arm.estimate,
    squaredError: sequentialSquaredError(definition, arm),
  });
  const units = lookUnitsOf(control, treatment);
  const multiplier = alwaysValidMultiplier({ units, degreesOfFreedom }, plan, alpha);
  const singleLook = studentUpperQuantile(alpha / 2, degreesOfFreedom);
  const estimate = (treatment.estimate - control.estimate) / Math.abs(control.estimate);
  // A baseline of 1e-320 is as good as none, and what no number holds could not be stored.
  if (!Number.isFinite(estimate)) return unavailable("zero_baseline");
  if (control.band && treatment.band) {
    return {
      status: "ok",
      method: "woodruff",
      estimate,
      interval: intervalOf(bandRatio(control.band, treatment.band, singleLook)),
      alwaysValidInterval: intervalOf(bandRatio(control.band, treatment.band, multiplier)),
    };
  }
  return {
    status: "ok",
    method: "fieller",
    estimate,
    interval: intervalOf(fiellerInterval(control, treatment, singleLook)),
    alwaysValidInterval: intervalOf(fiellerInterval(sequential(control), sequential(treatment), multiplier)),
  };
}
