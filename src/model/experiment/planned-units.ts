import type { ExperimentSpec } from "./experiment.ts";
import { type LookPlan, lookPlanOfPair, shareOf } from "./look-plan.ts";

/** How many of the planned units control and one treatment see together. */
export function plannedUnitsOfPair(spec: ExperimentSpec, treatment: string): number {
  return spec.plannedUnits * shareOf(spec, [spec.control, treatment]);
}

/**
 * The looks at a pair for harm, which should be seen early. Without a maximum the bounds are tuned for the earliest size at
 * which the experiment may decide anything; that they are a little wider late is the price. With one they spend early.
 */
export function harmPlanOfPair(spec: ExperimentSpec, treatment: string): LookPlan {
  const plan = lookPlanOfPair(spec, treatment);
  if (plan.horizon === "maximum") return plan;
  const plannedUnits =
    Math.min(spec.plannedUnits, spec.minimumUnits) * shareOf(spec, [spec.control, treatment]);
  return { ...plan, plannedUnits };
}
