import type { AllocationReading, BestArmReading } from "../model/analysis.ts";
import type { ExperimentSpec } from "../model/experiment.ts";
import type { MetricDefinition } from "../model/metric.ts";
import { allocationWithFloor, topTwoAllocation } from "./arm-allocation.ts";
import type { Arm } from "./arms.ts";
import { normalProbabilitiesOfBest } from "./best-arm.ts";
import { bestArmStop } from "./best-arm-stop.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

/** Weights stay as they are until every arm has this many units. */
const MINIMUM_UNITS_PER_ARM = 100;

function knownArms(arms: readonly Arm[]): UnitStatistics[] | undefined {
  const known = arms.flatMap(({ statistics }) => (statistics ? [statistics] : []));
  return known.length === arms.length ? known : undefined;
}

/** Normal theory knows no values that repeat: a quantile's error has to reach as far as its band. */
function conservativeSquaredError({ squaredError, envelopingSquaredError }: UnitStatistics): number {
  return envelopingSquaredError ?? squaredError;
}

function chancesOfBest(definition: MetricDefinition, arms: readonly Arm[]): number[] | undefined {
  const known = knownArms(arms);
  if (!known || known.some(({ units }) => units < MINIMUM_UNITS_PER_ARM)) return undefined;
  const chances = normalProbabilitiesOfBest(
    known.map((arm) => ({ mean: arm.estimate, deviation: Math.sqrt(conservativeSquaredError(arm)) })),
    definition.direction === "increase" ? "higher" : "lower",
  );
  return "reason" in chances ? undefined : chances;
}

/** Where the weights stand and where they should go. @returns null with fixed weights */
export function readAllocation(
  spec: ExperimentSpec,
  definition: MetricDefinition,
  arms: readonly Arm[],
  splits: readonly (readonly { weight: number }[])[],
): AllocationReading | null {
  const { allocation } = spec;
  if (allocation.type === "fixed") return null;
  const sharesOf = (shares: readonly number[]) =>
    spec.variants.map(({ key }, index) => ({ variant: key, share: shares[index] ?? 0 }));
  const chances = chancesOfBest(definition, arms);
  const wanted = chances && (allocation.algorithm === "thompson" ? chances : topTwoAllocation(chances));
  const next =
    wanted && !("reason" in wanted) ? allocationWithFloor(wanted, allocation.minimumWeight) : undefined;
  return {
    algorithm: allocation.algorithm,
    period: Math.max(0, splits.length - 1),
    weights: sharesOf((splits.at(-1) ?? []).map(({ weight }) => weight)),
    chancesOfBest: chances ? sharesOf(chances) : null,
    nextWeights: next && !("reason" in next) ? sharesOf(next) : null,
  };
}

/** The arm ahead of all others on the primary metric, by the generalised likelihood ratio. */
export function readBestArm(
  spec: ExperimentSpec,
  definition: MetricDefinition,
  arms: readonly Arm[],
): BestArmReading | null {
  const known = knownArms(arms);
  if (!known) return null;
  const { tolerance, delta } =
    spec.rule.type === "best_arm" ? spec.rule : { tolerance: 0, delta: spec.alpha };
  const sign = definition.direction === "increase" ? 1 : -1;
  const stop = bestArmStop(
    known.map((arm) => ({
      units: arm.units,
      mean: sign * arm.estimate,
      variance: conservativeSquaredError(arm) * arm.units,
    })),
    tolerance,
    delta,
  );
  if ("reason" in stop) return null;
  const leader = arms[stop.leader];
  if (!leader) return null;
  return {
    variant: leader.variant,
    evidence: stop.leastEvidence,
    threshold: stop.threshold,
    isNamed: stop.stop && known.every(({ units }) => units >= MINIMUM_UNITS_PER_ARM),
  };
}
