import type { Experiment } from "#model/experiment/experiment.ts";
import type { Phase } from "#model/experiment/phase.ts";
import { formatPercent } from "./numbers.ts";

/** Why a phase began. */
export function describePhaseCause({ cause, left }: Phase): string {
  if (cause === "freed") return `'${left}' left; control and the leader have its traffic`;
  if (cause === "changed") return "weights changed by hand";
  return cause === "adapted" ? "weights follow the evidence" : "the start";
}

/** The weights of a phase, in the order of the variants. */
export function describePhaseWeights(
  { spec }: Pick<Experiment, "spec">,
  { weights }: Pick<Phase, "weights">,
): string {
  return spec.variants.map(({ key }, place) => `${key} ${formatPercent(weights[place] ?? 0, 1)}`).join(", ");
}
