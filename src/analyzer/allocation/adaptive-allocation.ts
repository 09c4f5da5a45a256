import type { AllocationState, BestArmState } from "#model/analysis/allocation-state.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { improvementSign } from "#model/metric/direction.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { UnitStatistics } from "../estimates/unit-statistics.ts";
import { type Arm, describeArm } from "../experiment/arms.ts";
import { leadOf } from "../tests/lead.ts";
import { isUnavailable } from "../unavailable.ts";
import { allocationWithFloor, topTwoAllocation } from "./arm-allocation.ts";
import { normalProbabilitiesOfBest } from "./best-arm.ts";

/** Weights stay as they are until every arm has this many units. */
const MINIMUM_UNITS_PER_ARM = 100;

function statisticsOfAll(arms: readonly Arm[]): UnitStatistics[] | undefined {
  const all = arms.flatMap(({ statistics }) => statistics ?? []);
  return all.length === arms.length ? all : undefined;
}

/** Normal theory knows no values that repeat: a quantile's error has to reach as far as its band. */
function conservativeSquaredError({ squaredError, envelopingSquaredError }: UnitStatistics): number {
  return envelopingSquaredError ?? squaredError;
}

function chancesOfBest(definition: MetricDefinition, arms: readonly Arm[]): number[] | undefined {
  const statistics = statisticsOfAll(arms);
  if (!statistics || statistics.some(({ units }) => units < MINIMUM_UNITS_PER_ARM)) return undefined;
  const chances = normalProbabilitiesOfBest(
    statistics.map((arm) => ({ mean: arm.estimate, deviation: Math.sqrt(conservativeSquaredError(arm)) })),
    definition.direction === "increase" ? "higher" : "lower",
  );
  return isUnavailable(chances) ? undefined : chances;
}

/** The chances of the arms that still get traffic; one that left has none. */
function chancesOfActive(
  definition: MetricDefinition,
  arms: readonly Arm[],
  switchedOff: readonly string[],
): number[] | undefined {
  const active = arms.filter(({ variant }) => !switchedOff.includes(variant));
  const chances = chancesOfBest(definition, active);
  return chances && arms.map((arm) => chances[active.indexOf(arm)] ?? 0);
}

/**
 * Where the weights stand and where they should go.
 * @param switchedOff treatments that left: they keep the smallest weight, so that nobody else has to move
 * @returns null with fixed weights
 */
export function readAllocation(
  spec: ExperimentSpec,
  definition: MetricDefinition,
  arms: readonly Arm[],
  splits: readonly (readonly { weight: number }[])[],
  switchedOff: readonly string[] = [],
): AllocationState | null {
  const { allocation } = spec;
  if (allocation.type === "fixed") return null;
  const sharesOf = (shares: readonly number[]) =>
    spec.variants.map(({ key }, index) => ({ variant: key, share: shares[index] ?? 0 }));
  const chances = chancesOfActive(definition, arms, switchedOff);
  const wanted = chances && (allocation.algorithm === "thompson" ? chances : topTwoAllocation(chances));
  const next =
    wanted && !isUnavailable(wanted) ? allocationWithFloor(wanted, allocation.minimumWeight) : undefined;
  return {
    algorithm: allocation.algorithm,
    phase: Math.max(0, splits.length - 1),
    weights: sharesOf((splits.at(-1) ?? []).map(({ weight }) => weight)),
    chancesOfBest: chances ? sharesOf(chances) : null,
    nextWeights: next && !isUnavailable(next) ? sharesOf(next) : null,
  };
}

/**
 * The arm ahead of all others on the primary metric. It is named once its lead over every other one is proven at every
 * look, with the errors and the scale of all other comparisons. All leads must hold at once, so no correction is due. A
 * tolerance says how much worse than the best another treatment may leave it; over control its lead must be a real one.
 * @param switchedOff treatments that left
 */
export function readBestArm(
  spec: ExperimentSpec,
  definition: MetricDefinition,
  arms: readonly Arm[],
  switchedOff: readonly string[] = [],
): BestArmState | null {
  const active = arms.filter(({ variant }) => !switchedOff.includes(variant));
  if (!statisticsOfAll(active)) return null;
  const { tolerance, delta } =
    spec.rule.type === "best_arm" ? spec.rule : { tolerance: 0, delta: spec.alpha };
  const sign = improvementSign(definition);
  const estimates = active.map((arm) => describeArm(definition, arm));
  const scoreOf = ({ adjustedEstimate, estimate }: (typeof estimates)[number]) =>
    sign * (adjustedEstimate ?? estimate ?? Number.NaN);
  const [leader, ...others] = estimates.toSorted((a, b) => scoreOf(b) - scoreOf(a));
  if (!leader) return null;
  const leads = others.map((other) =>
    leadOf(leader, other, sign, { ...spec, alpha: delta }, other.variant === spec.control ? 0 : tolerance),
  );
  const evidence = Math.min(...leads.map((lead) => -Math.log(lead?.pValue ?? 1)));
  const threshold = -Math.log(delta);
  return {
    variant: leader.variant,
    evidence: Math.min(evidence, Number.MAX_VALUE),
    threshold,
    isNamed:
      evidence > threshold &&
      leads.every((lead) => lead !== undefined) &&
      active.every(({ statistics }) => (statistics?.units ?? 0) >= MINIMUM_UNITS_PER_ARM),
  };
}
