import { leadOf } from "#analyzer/tests/lead.ts";
import type { Facts } from "#model/analysis/decision.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { activeTreatmentsOf, type DecisionInput } from "../checks/check.ts";
import { decidingMetricOf } from "./promotion-candidates.ts";

/**
 * Which treatment comes next after the winner, and whether the winner is proven better than it too. To be better than
 * control is what a promotion asks for; a lead over the others is told beside it.
 */
export function describeRunnerUp(input: DecisionInput, winner: string): Facts {
  const metric = decidingMetricOf(input);
  const first = metric?.variants.find(({ variant }) => variant === winner);
  if (!metric || !first) return {};
  const active = activeTreatmentsOf(input);
  const sign = improvementSign(metric.definition);
  const [second] = metric.variants
    .filter(({ variant, estimate }) => variant !== winner && active.includes(variant) && estimate !== null)
    .toSorted((a, b) => sign * ((b.estimate ?? 0) - (a.estimate ?? 0)));
  if (!second) return {};
  const lead = leadOf(first, second, sign, input.spec);
  return {
    runnerUp: second.variant,
    leadPValue: lead?.pValue ?? null,
    leadIsProven: lead !== undefined && lead.difference > 0 && lead.pValue < input.spec.alpha,
  };
}
