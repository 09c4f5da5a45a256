import type { ExperimentSpec } from "./experiment.ts";

function shareOfPair(spec: ExperimentSpec, treatment: string): number {
  const pair = spec.variants.filter(({ key }) => key === spec.control || key === treatment);
  return pair.reduce((sum, { weight }) => sum + weight, 0);
}

/** How many of the planned units control and one treatment see together. */
export function plannedUnitsOfPair(spec: ExperimentSpec, treatment: string): number {
  return spec.plannedUnits * shareOfPair(spec, treatment);
}

/**
 * The units of a pair for which guardrails are tuned: the earliest size at which the experiment may decide anything.
 * Harm should be seen early; that the bounds are a little wider late is the price.
 */
export function guardrailUnitsOfPair(spec: ExperimentSpec, treatment: string): number {
  return Math.min(spec.plannedUnits, spec.minimumUnits) * shareOfPair(spec, treatment);
}
