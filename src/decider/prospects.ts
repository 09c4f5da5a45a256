import { normalUpperQuantile } from "#analyzer/distributions/index.ts";
import { toNormalScore } from "#analyzer/distributions/student-scale.ts";
import { conditionalPower } from "#analyzer/sequential/conditional-power.ts";
import { twoSidedReach } from "#analyzer/sequential/look-plan.ts";
import type { MetricAnalysis, VariantEstimate } from "#model/analysis/analysis.ts";
import { lookUnitsOf } from "#model/analysis/phase-clock.ts";
import { lookPlanOfPair, shareOf } from "#model/experiment/look-plan.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { adjustedPValues } from "./candidates/promotion-candidates.ts";
import { activeTreatmentsOf, type DecisionInput } from "./checks/check.ts";
import { POWER } from "./checks/tolerated-loss.ts";
import { maturedUnitsOf, windowStandingOf } from "./conversion-window.ts";

/** What is left to hope for of a treatment. */
export interface Prospect {
  variant: string;
  /** The chance to be proven better by the maximum, if it is better by `effect`. */
  chance: number;
  /** What the experiment finds in 80 % of cases by its maximum, in the metric's own units, > 0. */
  effect: number;
  /** How much of the way to the end is behind it, in (0, 1). */
  progress: number;
}

/** The level that Holm tests a treatment at while it is not proven: those that are left and proven share alpha no more. */
function levelOf(input: DecisionInput, metric: MetricAnalysis): number {
  const active = activeTreatmentsOf(input);
  const adjusted = adjustedPValues(input, metric);
  const proven = metric.comparisons.filter(
    ({ variant }, index) => active.includes(variant) && (adjusted[index] ?? 1) < input.spec.alpha,
  );
  return input.spec.alpha / Math.max(1, adjusted.length - proven.length);
}

/** How many times the units of a pair grow until the maximum, if all arms that are left get units by their weights. */
function growthOf(input: DecisionInput, maximumUnits: number, pair: readonly string[]): number {
  const { spec } = input;
  const pairUnits = pair.reduce((sum, variant) => sum + maturedUnitsOf(input, variant), 0);
  const remaining = Math.max(0, maximumUnits - windowStandingOf(input).units);
  const share = shareOf(spec, pair) / shareOf(spec, [spec.control, ...activeTreatmentsOf(input)]);
  return (pairUnits + remaining * share) / pairUnits;
}

/** The same where phases have different weights, of which the newest go on. */
interface PhasedEnd {
  /** The look's units of the pair. */
  size: number;
  /** Arrivals so far as a share of those at the end. */
  arrived: number;
}

function phasedEndOf(
  input: DecisionInput,
  metric: MetricAnalysis,
  maximumUnits: number,
  [control, treatment]: readonly [VariantEstimate, VariantEstimate],
): PhasedEnd | undefined {
  const [one, other] = [control.clock, treatment.clock];
  if (!one || !other || !(one.newestWeight > 0 && other.newestWeight > 0)) return undefined;
  const staying = [input.spec.control, ...activeTreatmentsOf(input)];
  const clocks = metric.variants.flatMap(({ variant, clock }) =>
    clock && staying.includes(variant) ? [clock] : [],
  );
  const planned = clocks.reduce((sum, { plannedWeight }) => sum + plannedWeight, 0);
  const newest = clocks.reduce((sum, { newestWeight }) => sum + newestWeight, 0);
  const matured = maturedUnitsOf(input, control.variant) + maturedUnitsOf(input, treatment.variant);
  const reporting = Math.min(1, (control.units + treatment.units) / matured);
  const remaining = Math.max(0, maximumUnits - windowStandingOf(input).units);
  const arriving = (reporting * remaining) / planned;
  const added =
    arriving *
    (newest / planned) *
    one.plannedWeight *
    other.plannedWeight *
    (1 / one.newestWeight + 1 / other.newestWeight);
  return {
    size: lookUnitsOf(control, treatment) + added,
    arrived: one.arrivals / (one.arrivals + arriving),
  };
}

/**
 * The chance of one treatment that is not proven better. What it is assumed to be better by is the minimum detectable
 * effect: what ends 80 % of such experiments beyond the bound. Once others have left, a pair gets more units than its
 * share of the maximum. Its bound rises from there, so that it may do best at its share or at the end; the better of both counts.
 * @returns undefined while it cannot be computed, and at the end
 */
export function prospectOf(
  input: DecisionInput,
  metric: MetricAnalysis,
  variant: string,
): Prospect | undefined {
  const { spec } = input;
  const plan = lookPlanOfPair(spec, variant);
  const armOf = (key: string) => metric.variants.find((arm) => arm.variant === key);
  const difference = metric.comparisons.find((comparison) => comparison.variant === variant)?.difference;
  const [control, treatment] = [armOf(spec.control), armOf(variant)];
  if (plan.horizon !== "maximum" || spec.maximumUnits === undefined) return undefined;
  if (difference?.status !== "ok" || !control || !treatment) return undefined;
  const error = Math.hypot(
    control.sequentialStandardError ?? Number.NaN,
    treatment.sequentialStandardError ?? Number.NaN,
  );
  if (!(error > 0)) return undefined;
  const gain = improvementSign(metric.definition) * difference.estimate;
  const score = Math.sign(gain) * toNormalScore(gain / error, difference.degreesOfFreedom);

  const units = lookUnitsOf(control, treatment);
  const level = levelOf(input, metric);
  const boundAt = (size: number) => twoSidedReach(plan, size, level);
  const strength = normalUpperQuantile(1 - POWER);
  const phased = phasedEndOf(input, metric, spec.maximumUnits, [control, treatment]);
  if (phased) {
    const { size, arrived } = phased;
    if (!(size > units && arrived < 1)) return undefined;
    const expected = boundAt(size) + strength;
    const progress = units / size;
    // What is expected of the rest, whose arrivals may tell more or less than those before.
    const drift = (expected * (1 - arrived)) / (1 - progress);
    const chance = conditionalPower({ score, progress, bound: boundAt(size), drift });
    const effect = (expected * error * arrived) / Math.sqrt(progress);
    return { variant, chance, effect, progress };
  }
  const atEnd = units * growthOf(input, spec.maximumUnits, [spec.control, variant]);
  const planned = Math.min(atEnd, plan.maximumUnits);
  const drift = boundAt(planned) + strength;
  const chances = [planned, atEnd]
    .filter((size) => size > units)
    .map((size) =>
      conditionalPower({
        score,
        progress: units / size,
        bound: boundAt(size),
        drift: drift * Math.sqrt(size / planned),
      }),
    );
  if (chances.length === 0) return undefined;
  const effect = drift * error * Math.sqrt(units / planned);
  return { variant, chance: Math.max(...chances), effect, progress: units / atEnd };
}
