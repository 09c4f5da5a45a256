import { type Baseline, expectedScores, type Plan } from "#analyzer/planning/experiment-plan.ts";
import {
  type ExpectedCourse,
  type ExpectedEnd,
  expectedCourse,
  maximumForPower,
} from "#decider/expected-course.ts";
import type { ExpectedCourseReply, SampleSizeInput } from "#model/analysis/sample-size.ts";

/** What turns units into time and money. */
export interface Rates {
  /** Of control and one treatment, > 0; undefined while nothing is known of the traffic. */
  unitsPerDay: number | undefined;
  /** Dollars. */
  costPerUnit: number | undefined;
}

export interface ExpectedCourses {
  forPower: ExpectedCourseReply | null;
  forMaximum: ExpectedCourseReply | null;
  withoutMaximum: ExpectedCourseReply;
}

function withRates({ units, chances }: ExpectedEnd, { unitsPerDay, costPerUnit }: Rates) {
  const whole = units === null ? null : Math.ceil(units);
  return {
    units: whole,
    days: whole === null || unitsPerDay === undefined ? null : whole / unitsPerDay,
    dollars: whole === null || costPerUnit === undefined ? null : whole * costPerUnit,
    chances,
  };
}

function toReply({ maximumUnits, effect, none, harm }: ExpectedCourse, rates: Rates): ExpectedCourseReply {
  return {
    maximumUnits,
    effect: withRates(effect, rates),
    none: withRates(none, rates),
    harm: harm && withRates(harm, rates),
  };
}

/**
 * What a decision is expected to cost: with the maximum that gives the chosen power, with the one that is asked about, and
 * without a maximum.
 * @param plan of a sequential test; its effect is the planned one
 */
export function expectedCourses(
  input: SampleSizeInput,
  baseline: Baseline,
  plan: Plan,
  rates: Rates,
): ExpectedCourses {
  const { alpha, treatments, ratio, futility, power, units } = input;
  const experiment = { alpha, treatments, ratio, futility };
  const scores = expectedScores(baseline, plan.minimumDetectableEffect.absolute, ratio);
  const maximum = maximumForPower(experiment, scores, power, plan.controlUnits + plan.treatmentUnits);
  const courseWith = (size: number | null) => toReply(expectedCourse(experiment, scores, size), rates);
  const asked = input.maximumUnits ?? units;
  return {
    forPower: maximum !== undefined && Number.isSafeInteger(maximum) ? courseWith(maximum) : null,
    forMaximum: asked === undefined ? null : courseWith(asked),
    withoutMaximum: courseWith(null),
  };
}
