import { normalUpperQuantile } from "#analyzer/distributions/index.ts";
import { type LookLimits, stoppingChancesOf } from "#analyzer/planning/stopping-chances.ts";
import { twoSidedReach } from "#analyzer/sequential/look-plan.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { lookPlanOfPair } from "#model/experiment/look-plan.ts";
import { SMALLEST_CHANCE, SMALLEST_PROGRESS } from "./checks/futility.ts";
import { POWER } from "./checks/tolerated-loss.ts";

/** So many looks up to the end are enough for two digits. */
const LOOKS = 20;

/**
 * The chance that an experiment with one treatment ends as futile before its maximum, should its true difference be the observed one.
 * @param score toward an improvement: estimate / error
 * @param units over all variants so far
 * @param earliestUnits before which nothing is given up
 * @returns undefined where none is given up for its prospects, and at the end
 */
export function futileChanceOf(
  spec: ExperimentSpec,
  variant: string,
  score: number,
  units: number,
  earliestUnits: number,
): number | undefined {
  const { futility, horizon, maximumUnits, alpha } = spec;
  if (futility !== "stop" || horizon !== "maximum" || maximumUnits === undefined) return undefined;
  const progress = units / maximumUnits;
  if (!(progress > 0 && progress < 1)) return undefined;
  const plan = lookPlanOfPair(spec, variant);
  const boundAt = (information: number) =>
    twoSidedReach(plan, information * (plan.horizon === "maximum" ? plan.maximumUnits : 1), alpha);
  const atEnd = boundAt(1);
  const expected = atEnd + normalUpperQuantile(1 - POWER);
  const givenUpAt = normalUpperQuantile(SMALLEST_CHANCE);
  // What is to come, seen from here: the path begins at 0 with what is left of the information.
  const left = 1 - progress;
  const position = score * Math.sqrt(progress);
  const fromHere = (limit: number) => (limit - position) / Math.sqrt(left);
  const earliest = Math.max(SMALLEST_PROGRESS, earliestUnits / maximumUnits);
  const looks = Array.from({ length: LOOKS }, (_, index): LookLimits => {
    const share = (index + 1) / LOOKS;
    const information = progress + share * left;
    const remaining = 1 - information;
    const isEarly = information < earliest;
    const promotion = isEarly ? Number.POSITIVE_INFINITY : boundAt(information) * Math.sqrt(information);
    const hopeless = atEnd - expected * remaining - givenUpAt * Math.sqrt(Math.max(0, remaining));
    const isGivenUp = !isEarly && index < LOOKS - 1;
    return {
      information: share,
      promotion: fromHere(promotion),
      futility: isGivenUp ? fromHere(Math.min(hopeless, promotion)) : Number.NEGATIVE_INFINITY,
      loss: Number.NEGATIVE_INFINITY,
    };
  });
  const drift = (score / Math.sqrt(progress)) * Math.sqrt(left);
  return stoppingChancesOf(looks, Math.abs(drift))(drift).futile;
}
