import type { ExperimentSpec } from "./experiment.ts";

/**
 * What the looks at some arms are planned for, in units of these arms together: to end at a maximum, so that the bound
 * spends its alpha until then, or to go on for as long as somebody likes, with intervals that are tightest at the planned
 * units.
 */
export type LookPlan =
  | { horizon: "maximum"; maximumUnits: number }
  | { horizon: "open"; plannedUnits: number };

export type PlannedSpec = Pick<ExperimentSpec, "variants" | "horizon" | "maximumUnits" | "plannedUnits">;

/** The share of all units that some variants see together. */
export function shareOf({ variants }: Pick<ExperimentSpec, "variants">, wanted: readonly string[]): number {
  return variants.filter(({ key }) => wanted.includes(key)).reduce((sum, { weight }) => sum + weight, 0);
}

/** @param variants those that are compared; all of them where it is left out */
export function lookPlanOf(spec: PlannedSpec, variants?: readonly string[]): LookPlan {
  const share = variants ? shareOf(spec, variants) : 1;
  const { horizon, maximumUnits, plannedUnits } = spec;
  return horizon === "maximum" && maximumUnits !== undefined
    ? { horizon, maximumUnits: maximumUnits * share }
    : { horizon: "open", plannedUnits: plannedUnits * share };
}

/** The size that a plan is made for: its maximum, or the planned units. */
export function sizeOf(plan: LookPlan): number {
  return plan.horizon === "maximum" ? plan.maximumUnits : plan.plannedUnits;
}

/** Control and one treatment. */
export function lookPlanOfPair(
  spec: PlannedSpec & Pick<ExperimentSpec, "control">,
  treatment: string,
): LookPlan {
  return lookPlanOf(spec, [spec.control, treatment]);
}
