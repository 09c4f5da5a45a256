import { dearSavings } from "./misleading-data.ts";
import type { Scenario } from "./scenario.ts";
import { type Outline, scenario, UNITS } from "./scenario-outline.ts";
import { costs, savings, successes } from "./single-requests.ts";

const UNEVEN_FOUR = [0.85, 0.05, 0.05, 0.05];

const FACTORIAL_LEVELS = ["small", "large"].flatMap((model) =>
  ["long", "short"].map((prompt) => ({ model, prompt })),
);

const RULES_OF_SEVERAL_ARMS = [
  { key: "superiority", title: "Superiority", rule: { type: "superiority" }, levels: undefined },
  {
    key: "best-arm",
    title: "Best arm",
    rule: { type: "best_arm", tolerance: 0, delta: 0.05 },
    levels: undefined,
  },
  { key: "best-levels", title: "Best levels", rule: { type: "best_levels" }, levels: FACTORIAL_LEVELS },
] as const;

const SUCCESSES_AND_COSTS = [
  { suffix: "success", words: "success of 5 %", primary: "task_success", population: successes(0.05) },
  { suffix: "cost", words: "skewed cost", primary: "cost_usd", population: costs(1.25) },
] as const;

/** Every rule with four arms: without a difference where three arms are small, and with one where all are alike. */
const RULES_OF_FOUR_ARMS: readonly Scenario[] = RULES_OF_SEVERAL_ARMS.flatMap(
  ({ key, title, rule, levels }) => [
    ...SUCCESSES_AND_COSTS.map(({ suffix, words, primary, population }) =>
      scenario({
        key: `uneven-${key}-${suffix}`,
        title: `${title}, 85/5/5/5, ${words}`,
        primary,
        weights: UNEVEN_FOUR,
        rule,
        ...(levels && { levels: [...levels] }),
        population,
        effects: { same: 0, different: 0 },
        units: 3_000,
        decisionsOnly: true,
      }),
    ),
    scenario({
      key: `even-${key}`,
      title: `${title}, four arms, success of 30 %`,
      primary: "task_success",
      weights: [0.25, 0.25, 0.25, 0.25],
      rule,
      ...(levels && { levels: [...levels] }),
      population: successes(0.3),
      ...(levels && { effectShares: [0, 0.5, 0.5, 1], effects: { same: 0, different: 0.12 } }),
      decisionsOnly: true,
    }),
  ],
);

const ONE_FACTOR = ["small", "large"].map((model) => ({ model }));

const SPLITS_OF_TWO = [
  { split: "50/50", key: "even", weights: [0.5, 0.5], effects: { same: 0, different: "detectable" } },
  { split: "90/10", key: "uneven", weights: [0.9, 0.1], effects: { same: 0, different: "detectable" } },
] as const;

/** The rules besides superiority with two arms, without a difference and with one that can be found. */
const RULES_OF_TWO_ARMS: readonly Scenario[] = SPLITS_OF_TWO.flatMap(({ split, key, weights, effects }) => [
  scenario({
    key: `two-${key}-best-arm`,
    title: `Best arm, ${split}, success of 30 %`,
    primary: "task_success",
    weights: [...weights],
    rule: { type: "best_arm", tolerance: 0, delta: 0.05 },
    population: successes(0.3),
    effects,
    decisionsOnly: true,
  }),
  scenario({
    key: `two-${key}-best-levels`,
    title: `Best levels, ${split}, success of 30 %`,
    primary: "task_success",
    weights: [...weights],
    rule: { type: "best_levels" },
    levels: ONE_FACTOR,
    population: successes(0.3),
    effects,
    decisionsOnly: true,
  }),
]);

const ACCEPTED_LOSS = 0.1;

const COST_AS_OBJECTIVE = {
  primary: "task_success",
  others: [{ metric: "cost_usd", role: "secondary" }],
  rule: {
    type: "non_inferiority",
    margin: { kind: "absolute", value: ACCEPTED_LOSS },
    objective: "cost_usd",
  },
} satisfies Partial<Outline>;

/** A loss that is just too large for what it saves, and savings that cost nothing. */
const NON_INFERIORITY: readonly Scenario[] = [
  { split: "50/50", key: "even", weights: [0.5, 0.5], units: UNITS },
  { split: "90/10", key: "uneven", weights: [0.9, 0.1], units: UNITS },
  { split: "85/5/5/5", key: "four", weights: [0.85, 0.05, 0.05, 0.05], units: 3_000 },
].flatMap(({ split, key, weights, units }) => [
  scenario({
    ...COST_AS_OBJECTIVE,
    key: `${key}-non-inferiority-loss`,
    title: `Non-inferiority, ${split}, a loss of the whole margin`,
    weights,
    units,
    population: dearSavings(0.5, ACCEPTED_LOSS),
    misleads: true,
    decisionsOnly: true,
  }),
  scenario({
    ...COST_AS_OBJECTIVE,
    key: `${key}-non-inferiority`,
    title: `Non-inferiority, ${split}, savings`,
    weights,
    units,
    population: savings(0.5, 0.5),
    effects: { same: 0, different: -0.3 },
    decisionsOnly: true,
    powerIsShown: true,
  }),
]);

/** Only both levels together do anything. */
const INTERACTION = scenario({
  key: "interaction",
  title: "Best levels, four arms, an interaction alone",
  primary: "task_success",
  weights: [0.25, 0.25, 0.25, 0.25],
  rule: { type: "best_levels" },
  levels: FACTORIAL_LEVELS,
  population: successes(0.3),
  decisionsOnly: true,
  isHiddenFromRule: true,
});

/** Every rule, at every split. */
export const RULES: readonly Scenario[] = [
  ...RULES_OF_FOUR_ARMS,
  ...RULES_OF_TWO_ARMS,
  ...NON_INFERIORITY,
  INTERACTION,
];
