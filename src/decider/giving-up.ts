import { UNSETTLED_SPLIT } from "#analyzer/experiment/data-doubts.ts";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import { activeTreatmentsOf, type DecisionInput, primaryOf } from "./checks/check.ts";
import { MINIMUM_UNITS_PER_ARM, minimumNotReached } from "./checks/limits.ts";
import { isMostlyAnnounced } from "./checks/lost-units.ts";
import { reportsLikeControl } from "./checks/reporting-differs.ts";

/** A treatment is given up for its gain on the primary metric under the bound up to the maximum; for all else it is not derived. */
function isDerived({ spec }: DecisionInput, primary: MetricAnalysis): boolean {
  return (
    spec.futility === "stop" &&
    spec.rule.type === "superiority" &&
    spec.horizon === "maximum" &&
    primary.definition.type !== "quantile"
  );
}

/** Data in doubt, or too few of them, end nothing. */
function isDoubtful(input: DecisionInput): boolean {
  const { analysis, isRebuildPending = false } = input;
  const { runningPValue } = analysis.sampleRatio;
  return (
    isRebuildPending ||
    analysis.dataDoubts.length > 0 ||
    (runningPValue !== null && runningPValue < UNSETTLED_SPLIT) ||
    minimumNotReached.evaluate(input).applies
  );
}

/** Whether one treatment's data, and control's, are enough and free of doubt. */
function isTrusted(input: DecisionInput, primary: MetricAnalysis, variant: string): boolean {
  const { control } = input.spec;
  const hasEnoughUnits = primary.variants
    .filter((arm) => arm.variant === variant || arm.variant === control)
    .every(({ units, effectiveUnits = units }) => effectiveUnits >= MINIMUM_UNITS_PER_ARM);
  return hasEnoughUnits && isMostlyAnnounced(input, variant) && reportsLikeControl(input, variant);
}

/**
 * The primary metric, and the treatments that may be given up for it at this look.
 * @returns undefined where nothing may be
 */
export function whatMayBeGivenUp(
  input: DecisionInput,
): { primary: MetricAnalysis; treatments: string[] } | undefined {
  const primary = primaryOf(input);
  if (input.protectsOnly || !primary || !isDerived(input, primary) || isDoubtful(input)) return undefined;
  const treatments = activeTreatmentsOf(input).filter((variant) => isTrusted(input, primary, variant));
  return { primary, treatments };
}
