import type { UnitContribution } from "#analyzer/estimates/unit-contribution.ts";
import { valueOfSilence } from "#analyzer/estimates/unit-statistics.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { adjustersOf, hasAdjusters } from "./adjusters.ts";
import type { UnitState } from "./unit-state.ts";

/** What a unit contributes to a metric, from the sum and count of its values. */
export function contributionOf(definition: MetricDefinition, unit: UnitState): UnitContribution | undefined {
  const sums = unit.s[definition.key];
  const x = unit.c?.[definition.key];
  const adjusters = adjustersOf(definition, unit);
  const covariate = adjusters ? { adjusters } : x === undefined ? {} : { x };
  if (!sums) {
    // Where having no event is a value too, the covariates of silent units belong to it.
    const silent = valueOfSilence(definition);
    const isKnown = x !== undefined || (adjusters !== undefined && hasAdjusters(unit));
    return silent !== undefined && isKnown ? { y: silent, d: 1, ...covariate } : undefined;
  }
  const [sum, count] = sums;
  if (definition.per === "event") return { y: sum, d: count, ...covariate };
  // One unit counts once: a proportion asks whether it ever happened, a mean takes the capped total.
  const limit = definition.type === "proportion" ? 1 : (definition.cap ?? Number.POSITIVE_INFINITY);
  return { y: Math.min(limit, sum), d: 1, ...covariate };
}
