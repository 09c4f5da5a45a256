import { regularUsers } from "./clustered-requests.ts";
import type { Scenario } from "./scenario.ts";
import { guardrail, scenario } from "./scenario-outline.ts";
import { dearerConstants, guardedSuccesses, rareSurcharges, successes } from "./single-requests.ts";

/** What is done about harm, constants and doubts. */
export const PROTECTION: readonly Scenario[] = [
  scenario({
    key: "harmful-arm",
    title: "Five arms, the last one loses 25 points",
    primary: "task_success",
    weights: [0.2, 0.2, 0.2, 0.2, 0.2],
    population: successes(0.3),
    effects: { same: 0, different: -0.25 },
    decisionsOnly: true,
  }),
  scenario({
    key: "harmful-primary",
    title: "Success, the treatment loses 12 points",
    primary: "task_success",
    population: successes(0.3),
    effects: { same: 0, different: -0.12 },
  }),
  scenario({
    key: "constant-cost",
    title: "Fixed cost, dearer at every request",
    primary: "task_success",
    others: [guardrail("cost_usd", "relative")],
    population: dearerConstants(),
    effects: { same: 1, different: 2.5 },
  }),
  scenario({
    key: "rare-surcharge",
    title: "Fixed cost, twice as dear now and then",
    primary: "task_success",
    others: [guardrail("cost_usd", "relative")],
    population: rareSurcharges(),
    effects: { same: 1, different: 2.5 },
  }),
  scenario({
    key: "guarded-success",
    title: "Success of 30 %, a winner waits for a rare event to be safe",
    primary: "task_success",
    others: [guardrail("toxic", "absolute")],
    population: guardedSuccesses(0.3),
    decisionsOnly: true,
    unitsAreCounted: true,
    powerIsShown: true,
  }),
  scenario({
    key: "repaired-split",
    title: "Split broken for 500 units, repaired and diluted",
    primary: "task_success",
    population: successes(0.3),
    units: 4_000,
    lookEvery: 100,
    effects: { same: 0, different: 0.12 },
    brokenWeights: [0.3, 0.7],
    splitIsRepaired: { after: 500 },
  }),
];

/** Weights that follow the evidence, with users of one visit and with users who come back phase after phase. */
export const ADAPTIVE: readonly Scenario[] = [
  {
    key: "new",
    title: "new users",
    population: successes(0.3),
    returning: false,
    effects: { same: 0, different: "detectable" as const },
  },
  {
    key: "returning",
    title: "returning users",
    population: regularUsers(),
    returning: true,
    effects: { same: 0, different: 0.12 },
  },
  {
    key: "starved",
    title: "arms of two units a phase",
    population: successes(0.3),
    returning: false,
    effects: { same: 0, different: 0.15 },
    minimumWeight: 0.01,
    isHiddenFromRule: true as const,
  },
].map(({ key, title, minimumWeight = 0.1, ...outline }) =>
  scenario({
    ...outline,
    key: `adaptive-${key}`,
    title: `Adaptive weights, ${title}`,
    primary: "task_success",
    allocation: { type: "adaptive", algorithm: "thompson", minimumWeight, phaseSeconds: 3_600 },
    phaseUnits: 200,
    decisionsOnly: true,
  }),
);
