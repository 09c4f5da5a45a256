import type { Scenario } from "./scenario.ts";
import { scenario } from "./scenario-outline.ts";
import { successes } from "./single-requests.ts";

/** A rate of .70, and .75 where there is an effect: a single look needs 2,502 units for 80 % power. */
const RATE = 0.7;
const EFFECT = 0.05;

/** What an experiment needs for the same power, given up or not: 1.23 times as many. */
const MAXIMUM = 3_088;

/** 1.5 times what the pairs of five arms need. */
const MAXIMUM_OF_FIVE = 9_400;

const POLICIES = [
  { futility: "ignore", words: "to the maximum" },
  { futility: "stop", words: "given up without prospects" },
] as const;

/** The same experiments with and without giving up what can hardly be proven better any more. */
export const FUTILITY: readonly Scenario[] = POLICIES.flatMap(({ futility, words }) => [
  scenario({
    key: `futility-${futility}`,
    title: `Success of 70 %, ${words}`,
    primary: "task_success",
    population: successes(RATE),
    effects: { same: 0, different: EFFECT },
    units: MAXIMUM,
    futility,
    decisionsOnly: true,
    unitsAreCounted: true,
  }),
  scenario({
    key: `futility-harm-${futility}`,
    title: `Success of 70 %, the treatment loses 5 points, ${words}`,
    primary: "task_success",
    population: successes(RATE),
    effects: { same: 0, different: -EFFECT },
    units: MAXIMUM,
    futility,
    decisionsOnly: true,
    unitsAreCounted: true,
    powerIsShown: true,
  }),
  scenario({
    key: `futility-five-arms-${futility}`,
    title: `Five arms, one better and three worse by 5 points, ${words}`,
    primary: "task_success",
    weights: [0.2, 0.2, 0.2, 0.2, 0.2],
    population: successes(RATE),
    effects: { same: 0, different: EFFECT },
    effectShares: [0, -1, -1, -1, 1],
    units: MAXIMUM_OF_FIVE,
    // Enough for the last two of them to reach the maximum.
    arrivals: 3 * MAXIMUM_OF_FIVE,
    lookEvery: 250,
    futility,
    decisionsOnly: true,
    unitsAreCounted: true,
  }),
]);
