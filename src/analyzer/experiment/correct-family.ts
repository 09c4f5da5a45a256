import type { Comparison, Difference } from "#model/analysis/analysis.ts";
import { lookUnitsOf } from "#model/analysis/phase-clock.ts";
import type { LookPlan } from "#model/experiment/look-plan.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { studentUpperQuantile } from "../distributions/index.ts";
import { alwaysValidMultiplier, everyLookInterval, singleLookInterval } from "../estimates/difference.ts";
import type { UnitStatistics } from "../estimates/unit-statistics.ts";
import { holmOfFamily } from "../tests/holm.ts";

/** What a comparison was made of. */
export interface ComparedArms {
  control: UnitStatistics | undefined;
  treatment: UnitStatistics | undefined;
  plan: LookPlan;
  /** The treatment gets no traffic any more. */
  hasLeft: boolean;
}

function correct(
  definition: MetricDefinition,
  difference: Difference,
  { control, treatment, plan }: ComparedArms,
  adjusted: { pValue: number; alwaysValid: number },
  { alpha, familySize }: { alpha: number; familySize: number },
): Difference {
  if (!control || !treatment) return difference;
  const level = alpha / familySize;
  const { degreesOfFreedom } = difference;
  const units = lookUnitsOf(control, treatment);
  const fixed = studentUpperQuantile(level / 2, degreesOfFreedom);
  const always = alwaysValidMultiplier({ units, degreesOfFreedom }, plan, level);
  return {
    ...difference,
    corrected: {
      familySize,
      pValue: adjusted.pValue,
      interval: singleLookInterval(definition, { control, treatment }, fixed),
      alwaysValid: {
        pValue: adjusted.alwaysValid,
        interval: everyLookInterval(definition, { control, treatment }, always),
      },
    },
  };
}

/**
 * Corrects the comparisons of the primary metric for being several: Holm's p-values, intervals at alpha / m. A comparison
 * that could not be computed counts as a test that found nothing.
 * @param arms one entry per comparison, in the same order
 */
export function correctFamily(
  definition: MetricDefinition,
  comparisons: readonly Comparison[],
  arms: readonly ComparedArms[],
  alpha: number,
): Comparison[] {
  const pValues = (read: (difference: Difference) => number) =>
    holmOfFamily(
      comparisons.map(({ difference }, index) => ({
        pValue: difference.status === "ok" ? read(difference) : 1,
        hasLeft: arms[index]?.hasLeft ?? false,
      })),
    );
  const fixed = pValues(({ pValue }) => pValue);
  const always = pValues(({ alwaysValid }) => alwaysValid.pValue);
  const settings = { alpha, familySize: comparisons.length };
  return comparisons.map((comparison, index) => {
    const compared = arms[index];
    if (comparison.difference.status !== "ok" || !compared) return comparison;
    const adjusted = { pValue: fixed[index] ?? 1, alwaysValid: always[index] ?? 1 };
    return {
      ...comparison,
      difference: correct(definition, comparison.difference, compared, adjusted, settings),
    };
  });
}
