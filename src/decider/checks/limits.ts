import { windowStandingOf } from "../conversion-window.ts";
import { activeTreatmentsOf, type Check, type DecisionInput } from "./check.ts";

function elapsedSeconds({ startedAt, now }: DecisionInput): number {
  return Math.floor((now - startedAt) / 1_000);
}

/** The minimum is there to see a whole day, or to let harm show: time in which nobody was assigned shows neither. */
function watchedSeconds({ startedAt, now, watchedMilliseconds = now - startedAt }: DecisionInput): number {
  return Math.floor(watchedMilliseconds / 1_000);
}

/**
 * With fewer units in an arm the intervals are not to be trusted, however many units the others have: in a 90/10 split the
 * smaller arm is the one that matters.
 */
export const MINIMUM_UNITS_PER_ARM = 50;

/** Units of the smallest arm that still gets traffic. */
export function smallestArmOf(input: DecisionInput): number {
  const active = [input.spec.control, ...activeTreatmentsOf(input)];
  const arms = input.analysis.sampleRatio.observed.filter(({ variant }) => active.includes(variant));
  return Math.min(...arms.map(({ units }) => units));
}

/**
 * Units of the smallest arm that can have shown what a decision rests on. A stage of a release passes where no harm is proven,
 * so that in it only those units count that a metric which could prove it has outcomes of, by what they are worth.
 */
function smallestDecidingArmOf(input: DecisionInput): number {
  const served = smallestArmOf(input);
  if (!input.spec.release) return served;
  const active = [input.spec.control, ...activeTreatmentsOf(input)];
  const measured = input.analysis.metrics
    .filter(({ role }) => role !== "secondary")
    .flatMap(({ variants }) => variants.filter(({ variant }) => active.includes(variant)))
    .map(({ units, effectiveUnits = units }) => Math.floor(effectiveUnits));
  return Math.min(served, ...measured);
}

/** Nothing is promoted before the minimum that the experiment asked for. */
export const minimumNotReached: Check = {
  name: "minimum_not_reached",
  evaluate(input) {
    const { minimumUnits, minimumDurationSeconds } = input.spec;
    const { units, waitingUnits } = windowStandingOf(input);
    const seconds = watchedSeconds(input);
    const smallestArm = smallestDecidingArmOf(input);
    const facts = {
      units,
      waitingUnits,
      minimumUnits,
      smallestArm,
      minimumUnitsPerArm: MINIMUM_UNITS_PER_ARM,
      seconds,
      minimumDurationSeconds,
    };
    const wait = { applies: true, facts, action: "continue", variant: null } as const;
    if (units < minimumUnits) return { ...wait, code: "too_few_units" };
    if (smallestArm < MINIMUM_UNITS_PER_ARM) return { ...wait, code: "too_few_units_in_an_arm" };
    if (seconds < minimumDurationSeconds) return { ...wait, code: "too_early" };
    return { applies: false, facts };
  },
};

/**
 * An experiment that found nothing ends when its budget is used up; control stays. Where outcomes take their time, it waits
 * for those of the last units that the budget pays for.
 */
export const maximumReached: Check = {
  name: "maximum_reached",
  evaluate(input) {
    const { maximumUnits, maximumDurationSeconds } = input.spec;
    const { units, waitingUnits, windowSeconds } = windowStandingOf(input);
    const seconds = elapsedSeconds(input);
    const facts = {
      units,
      waitingUnits,
      maximumUnits: maximumUnits ?? null,
      seconds,
      maximumDurationSeconds: maximumDurationSeconds ?? null,
    };
    const stop = { applies: true, facts, action: "stop", variant: null } as const;
    if (maximumUnits !== undefined && units >= maximumUnits)
      return { ...stop, code: "maximum_units_reached" };
    if (maximumDurationSeconds !== undefined && seconds >= maximumDurationSeconds + windowSeconds) {
      return { ...stop, code: "maximum_duration_reached" };
    }
    return { applies: false, facts };
  },
};
