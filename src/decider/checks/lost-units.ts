import { pValueDespiteLoss } from "#analyzer/tests/lost-units.ts";
import { welchDegreesOfFreedom } from "#analyzer/tests/welch.ts";
import { plannedUnitsOfPair } from "#model/experiment/planned-units.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { decidingMetricOf } from "../candidates/promotion-candidates.ts";
import { type DecisionInput, treatmentsOf } from "./check.ts";

/** With a larger share of units that are known by an outcome only, nobody knows how many have none. */
const MAXIMUM_UNANNOUNCED = 0.05;

/**
 * The share of units that are known by an outcome only, in control or the treatment, whichever has more: at uneven weights a
 * small arm of which nobody records exposures would not show in both together. Null where it was not counted.
 */
function unannouncedShareOf({ analysis, spec }: DecisionInput, variant: string): number | null {
  const shares = analysis.announcements?.flatMap((arm) => {
    const isCompared = arm.variant === variant || arm.variant === spec.control;
    return isCompared && arm.units > 0 ? [1 - arm.announced / arm.units] : [];
  });
  return shares && shares.length > 0 ? Math.max(...shares) : null;
}

/**
 * The p-value of the lift if the treatment may have lost those it served worst; undefined where it cannot be computed: how far
 * a loss moves a quantile depends on a density that nobody knows.
 */
function pValueOf(input: DecisionInput, variant: string): number | undefined {
  const { spec, analysis } = input;
  const metric = decidingMetricOf(input);
  const armOf = (key: string) => {
    const arm = metric?.variants.find((candidate) => candidate.variant === key);
    const split = analysis.sampleRatio.observed.find((candidate) => candidate.variant === key);
    const { estimate = null, adjustedEstimate = null, sequentialStandardError: error = null } = arm ?? {};
    const value = adjustedEstimate ?? estimate;
    if (!arm || !split || value === null || error === null) return undefined;
    const { units: measured, effectiveUnits = measured } = arm;
    return {
      value,
      error,
      measured,
      deviation: error * Math.sqrt(measured),
      // Of Kish's n_eff = n / (1 + cv²).
      eventsVariation: Math.sqrt(Math.max(0, measured / effectiveUnits - 1)),
      units: split.units,
      weight: split.expected,
    };
  };
  const [control, treatment] = [armOf(spec.control), armOf(variant)];
  if (!metric || metric.definition.type === "quantile" || !control || !treatment) return undefined;
  return pValueDespiteLoss({
    definition: metric.definition,
    gain: improvementSign(metric.definition) * (treatment.value - control.value),
    standardError: Math.hypot(control.error, treatment.error),
    degreesOfFreedom: welchDegreesOfFreedom(
      control.error ** 2,
      control.measured,
      treatment.error ** 2,
      treatment.measured,
    ),
    control,
    treatment: { ...treatment, estimate: treatment.value },
    // The tail that the treatment has lost is still in control's deviation.
    deviation: Math.max(control.deviation, treatment.deviation),
    eventsVariation: Math.max(control.eventsVariation, treatment.eventsVariation),
    plannedUnits: plannedUnitsOfPair(spec, variant),
    alpha: spec.alpha,
  });
}

/** Whether so many units are recorded when they are assigned that a loss would show in the split. */
export function isMostlyAnnounced(input: DecisionInput, variant: string): boolean {
  const share = unannouncedShareOf(input, variant);
  return share === null || share <= MAXIMUM_UNANNOUNCED;
}

/** What a possible loss of units means for a winner. */
export interface LossFinding {
  unannouncedShare: number | null;
  pValue: number | null;
  threshold: number;
  explains: boolean;
}

/**
 * Who is recorded when it is assigned cannot be lost for its outcome. Where many units are known by an outcome only, a winner
 * has to be proven against every loss that the split leaves open.
 */
export function findLoss(input: DecisionInput, variant: string): LossFinding {
  const unannouncedShare = unannouncedShareOf(input, variant);
  const threshold = input.spec.alpha / treatmentsOf(input.spec).length;
  if (isMostlyAnnounced(input, variant) || variant === input.spec.control)
    return { unannouncedShare, pValue: null, threshold, explains: false };
  const pValue = pValueOf(input, variant) ?? 1;
  return { unannouncedShare, pValue, threshold, explains: pValue >= threshold };
}
