import { leadOf } from "#analyzer/tests/lead.ts";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import { improvementSign } from "#model/metric/direction.ts";
import { whatMayBeGivenUp } from "../giving-up.ts";
import {
  activeTreatmentsOf,
  type Check,
  type DecisionInput,
  passesGuardrails,
  treatmentsOf,
} from "./check.ts";

/**
 * The best of control and the treatments, by the estimates so far. One that may yet leave for harm leads nobody out: those
 * behind it could then have won.
 */
function leaderOf(input: DecisionInput, primary: MetricAnalysis, treatments: readonly string[]) {
  const sign = improvementSign(primary.definition);
  const merit = ({ estimate, adjustedEstimate }: MetricAnalysis["variants"][number]) =>
    sign * (adjustedEstimate ?? estimate ?? Number.NaN);
  return primary.variants
    .filter(({ variant }) => variant === input.spec.control || treatments.includes(variant))
    .filter((arm) => passesGuardrails(input, arm.variant) && !Number.isNaN(merit(arm)))
    .toSorted((a, b) => merit(b) - merit(a))[0];
}

/**
 * Of several treatments, one that is proven worse than the leader leaves: it will not be the best. Each is compared at alpha /
 * treatments, so that all arms together lead the best one out in at most half of alpha.
 */
export const behindLeader: Check = {
  name: "behind_leader",
  evaluate(input) {
    const { spec } = input;
    const candidates = whatMayBeGivenUp(input);
    const active = activeTreatmentsOf(input);
    // The only one that is left is compared with control by other rules.
    const leader =
      candidates && active.length > 1 && leaderOf(input, candidates.primary, candidates.treatments);
    if (!leader) return { applies: false, facts: {} };
    const { primary, treatments } = candidates;
    const level = spec.alpha / treatmentsOf(spec).length;
    const sign = improvementSign(primary.definition);
    const followers = primary.variants.flatMap((arm) => {
      const lead = treatments.includes(arm.variant) ? leadOf(leader, arm, sign, spec) : undefined;
      return lead && arm.variant !== leader.variant && lead.difference > 0
        ? [{ variant: arm.variant, ...lead }]
        : [];
    });
    const behind = followers.filter(({ pValue }) => pValue < level);
    const [last] = (behind.length > 0 ? behind : followers).toSorted((a, b) => b.difference - a.difference);
    const facts = {
      metric: primary.metric,
      leader: leader.variant,
      behind: behind.length,
      variant: last?.variant ?? null,
      lead: last?.difference ?? null,
      pValue: last?.pValue ?? null,
      level,
    };
    if (!last || behind.length === 0) return { applies: false, facts };
    return { applies: true, facts, action: "switch_off", code: "behind_leader", variant: last.variant };
  },
};
