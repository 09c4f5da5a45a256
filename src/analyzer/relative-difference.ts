import type { RelativeDifference, Unavailable } from "../model/analysis.ts";
import type { MetricDefinition } from "../model/metric.ts";
import { alwaysValidMultiplier } from "./difference.ts";
import { studentUpperQuantile } from "./distributions.ts";
import { fiellerInterval } from "./fieller.ts";
import { sequentialSquaredError } from "./sequential-error.ts";
import type { UnitStatistics } from "./unit-statistics.ts";
import { welchDegreesOfFreedom } from "./welch.ts";

/**
 * (treatment − control) / |control| with Fieller's intervals, which exclude 0 exactly when those of the difference do.
 * @param control, treatment  arms whose difference could be computed
 */
export function relativeDifferenceOf(
  definition: MetricDefinition,
  control: UnitStatistics,
  treatment: UnitStatistics,
  { alpha, plannedUnits }: { alpha: number; plannedUnits: number },
): RelativeDifference | Unavailable {
  if (control.estimate === 0) return { status: "unavailable", reason: "zero_baseline" };
  const degreesOfFreedom = welchDegreesOfFreedom(
    control.squaredError,
    control.units,
    treatment.squaredError,
    treatment.units,
  );
  const sequential = (arm: UnitStatistics) => ({
    estimate: arm.estimate,
    squaredError: sequentialSquaredError(definition, arm),
  });
  const units = control.units + treatment.units;
  const multiplier = alwaysValidMultiplier({ units, degreesOfFreedom }, plannedUnits, alpha);
  return {
    status: "ok",
    method: "fieller",
    estimate: (treatment.estimate - control.estimate) / Math.abs(control.estimate),
    interval: fiellerInterval(control, treatment, studentUpperQuantile(alpha / 2, degreesOfFreedom)) ?? null,
    alwaysValidInterval: fiellerInterval(sequential(control), sequential(treatment), multiplier) ?? null,
  };
}
