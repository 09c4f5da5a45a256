import { freezeDefinitions } from "../../src/lifecycle/freeze-definitions.ts";
import { type ExperimentInput, type ExperimentMetric, experimentInput } from "../../src/model/experiment.ts";
import { completeSpec } from "../../src/model/experiment-defaults.ts";
import { metricDefinition } from "../../src/model/metric.ts";
import {
  clusteredCosts,
  clusteredLatencies,
  clusteredSuccesses,
  regularUsers,
} from "./clustered-requests.ts";
import {
  dominantUnit,
  earlyPraise,
  inflatedDenominators,
  LONGEST_DELAY,
  lostFailures,
  paretoRequests,
  quickPraise,
  silencedFailures,
} from "./misleading-data.ts";
import type { Population } from "./population.ts";
import { RATINGS, repeatedValues, TOKENS, ZEROS } from "./repeated-values.ts";
import type { Scenario } from "./scenario.ts";
import {
  costs,
  dearerConstants,
  GUARDED,
  harmed,
  heavyLatencies,
  predictableCosts,
  rareSurcharges,
  successes,
} from "./single-requests.ts";

const QUANTILE = 0.95;

const DEFINITIONS = [
  { key: "task_success", name: "Task success", type: "proportion", direction: "increase" },
  { key: "error", name: "Errors", type: "proportion", direction: "decrease" },
  { key: "toxic", name: "Toxic answers", type: "proportion", direction: "decrease" },
  { key: "cost_usd", name: "Cost", type: "mean", direction: "decrease" },
  { key: "latency_ms", name: "Latency", type: "mean", direction: "decrease" },
  {
    key: "latency_p95_ms",
    name: "p95 latency",
    type: "quantile",
    direction: "decrease",
    quantile: QUANTILE,
    source: "latency_ms",
  },
  {
    key: "rating_p50",
    name: "Median rating",
    type: "quantile",
    direction: "increase",
    quantile: 0.5,
    source: "rating",
  },
].map((definition) => metricDefinition.parse(definition));

interface Outline extends Partial<Scenario> {
  key: string;
  title: string;
  population: Population;
  primary: string;
  others?: ExperimentMetric[];
  weights?: number[];
  /** The primary metric's conversion window. */
  windowSeconds?: number;
  rule?: ExperimentInput["rule"];
  allocation?: ExperimentInput["allocation"];
  maximumEventsPerUnit?: ExperimentInput["maximumEventsPerUnit"];
  /** Of every variant, in a factorial experiment. */
  levels?: Record<string, string>[];
}

/** Long enough for 40 looks; with always-valid intervals tuned for it, as `maximumUnits` does by default. */
const UNITS = 2_000;

function scenario(described: Outline): Scenario {
  const {
    primary,
    others = [],
    weights = [0.5, 0.5],
    windowSeconds,
    rule,
    allocation,
    maximumEventsPerUnit,
    levels,
    ...outline
  } = described;
  const units = outline.units ?? UNITS;
  const metrics: ExperimentMetric[] = [
    { metric: primary, role: "primary", ...(windowSeconds !== undefined && { windowSeconds }) },
    ...others,
  ];
  const input = experimentInput.parse({
    key: outline.key,
    kind: "model",
    config: "answer",
    variants: weights.map((weight, index) => ({
      key: index === 0 ? "control" : `treatment-${index}`,
      version: index + 1,
      weight,
      ...(levels && { levels: levels[index] }),
    })),
    metrics,
    minimumUnits: 100,
    maximumUnits: units,
    minimumDurationSeconds: 0,
    ...(rule && { rule }),
    ...(allocation && { allocation }),
    ...(maximumEventsPerUnit !== undefined && { maximumEventsPerUnit }),
  });
  const spec = completeSpec(input, "control");
  return {
    units,
    lookEvery: 50,
    effects: { same: 0, different: "detectable" },
    returning: false,
    clustered: false,
    spec,
    definitions: freezeDefinitions(spec, DEFINITIONS),
    ...outline,
  };
}

const guardrail = (metric: keyof typeof GUARDED, kind: "absolute" | "relative"): ExperimentMetric => ({
  metric,
  role: "guardrail",
  margin: { kind, value: GUARDED[metric].margin },
});

const GUARDRAILS = [
  guardrail("error", "absolute"),
  guardrail("toxic", "absolute"),
  guardrail("cost_usd", "relative"),
];

/** The median of values that repeat. Its effect changes the whole distribution and may be too small to be found. */
function medianScenario(
  outline: Pick<Outline, "key" | "title"> & { units?: number },
  values: Parameters<typeof repeatedValues>[0]["values"],
  cluster?: { requests: number; likeness: number },
): Scenario {
  const { requests, likeness } = cluster ?? { requests: 1, likeness: 0 };
  return scenario({
    units: 1_000,
    ...outline,
    primary: "rating_p50",
    population: repeatedValues({ metric: "rating", quantile: 0.5, values, requests, likeness }),
    clustered: requests > 1,
    repeatedValues: true,
  });
}

const REPEATED_VALUES: readonly Scenario[] = [
  medianScenario({ key: "ratings", title: "Median of ratings" }, RATINGS.clear),
  medianScenario({ key: "ratings-edge", title: "Median of ratings, between two" }, RATINGS.edge),
  medianScenario(
    { key: "clustered-ratings", title: "Median of clustered ratings", units: 800 },
    RATINGS.clear,
    {
      requests: 5,
      likeness: 0.4,
    },
  ),
  medianScenario(
    { key: "clustered-ratings-edge", title: "Median of clustered ratings, between two", units: 400 },
    RATINGS.edge,
    { requests: 5, likeness: 0.4 },
  ),
  medianScenario(
    { key: "ratings-two-edges", title: "Medians of ratings, both between two" },
    RATINGS.twoEdges,
  ),
  medianScenario({ key: "tokens", title: "Median of token counts" }, TOKENS),
  medianScenario({ key: "clustered-tokens", title: "Median of clustered token counts", units: 400 }, TOKENS, {
    requests: 5,
    likeness: 0.4,
  }),
  medianScenario({ key: "zeros", title: "Median of costs, half of them 0" }, ZEROS),
];

function misleadingScenario(
  outline: Pick<Outline, "key" | "title" | "population" | "windowSeconds" | "outcomesOnly"> & {
    units?: number;
  },
) {
  return scenario({ units: 1_000, ...outline, primary: "task_success", misleads: true, decisionsOnly: true });
}

const LOSSES = [
  { rate: 0.5, share: 0.1 },
  { rate: 0.5, share: 0.2 },
  { rate: 0.5, share: 0.3 },
  { rate: 0.5, share: 0.6 },
  { rate: 0.8, share: 0.3 },
  { rate: 0.8, share: 0.6 },
];

const MISLEADING_DATA: readonly Scenario[] = [
  misleadingScenario({
    key: "dominant-unit",
    title: "One unit with a thousand events",
    population: dominantUnit(1_000),
  }),
  ...[1.2, 1, 0.9].map((exponent) =>
    misleadingScenario({
      key: `pareto-${exponent}`,
      title: `Request counts of a power law, exponent ${exponent}`,
      population: paretoRequests(exponent),
    }),
  ),
  misleadingScenario({
    key: "silenced-failures",
    title: "The treatment silences who it fails",
    population: silencedFailures(),
  }),
  ...LOSSES.map(({ rate, share }) =>
    misleadingScenario({
      key: `lost-failures-${100 * rate}-${100 * share}`,
      title: `${100 * share} % of those whom the treatment fails are lost unrecorded, success of ${100 * rate} %`,
      units: UNITS,
      population: lostFailures(rate, share),
      outcomesOnly: true,
    }),
  ),
  misleadingScenario({
    key: "inflated-denominators",
    title: "Content users ask more often",
    population: inflatedDenominators(),
  }),
  misleadingScenario({ key: "early-praise", title: "Praise comes first", population: earlyPraise() }),
  misleadingScenario({
    key: "quick-praise",
    title: "Praise comes first, with a conversion window",
    units: UNITS,
    population: quickPraise(),
    windowSeconds: LONGEST_DELAY,
  }),
];

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
const RULES: readonly Scenario[] = RULES_OF_SEVERAL_ARMS.flatMap(({ key, title, rule, levels }) => [
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

/** What is done about harm, constants and doubts. */
const PROTECTION: readonly Scenario[] = [
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

/** Weights that follow the evidence, with users of one visit and with users who come back period after period. */
const ADAPTIVE: readonly Scenario[] = [
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
].map(({ key, title, ...outline }) =>
  scenario({
    ...outline,
    key: `adaptive-${key}`,
    title: `Adaptive weights, ${title}`,
    primary: "task_success",
    allocation: { type: "adaptive", algorithm: "thompson", minimumWeight: 0.1, periodSeconds: 3_600 },
    periodUnits: 200,
    decisionsOnly: true,
  }),
);

/** From the easy to the hard. */
export const SCENARIOS: readonly Scenario[] = [
  scenario({
    key: "success",
    title: "Success of 30 %",
    primary: "task_success",
    population: successes(0.3),
  }),
  scenario({
    key: "unannounced-success",
    title: "Success of 30 %, nobody records exposures",
    primary: "task_success",
    population: successes(0.3),
    outcomesOnly: true,
    decisionsOnly: true,
    isHiddenFromRule: true,
  }),
  scenario({
    key: "cost",
    title: "Log-normal cost, σ 1.25",
    primary: "cost_usd",
    population: costs(1.25),
  }),
  scenario({
    key: "predictable-cost",
    title: "Log-normal cost with a covariate",
    primary: "cost_usd",
    population: predictableCosts(1.25, 0.8),
  }),
  scenario({
    key: "heavy-latency",
    title: "Latency with a Pareto tail",
    primary: "latency_ms",
    population: heavyLatencies(),
  }),
  scenario({
    key: "rare",
    title: "Rare events, 0.5 %",
    primary: "task_success",
    population: successes(0.005),
  }),
  scenario({
    key: "uneven-success",
    title: "Success, split 90/10",
    primary: "task_success",
    weights: [0.9, 0.1],
    population: successes(0.3),
  }),
  scenario({
    key: "uneven-cost",
    title: "Cost, split 90/10",
    primary: "cost_usd",
    weights: [0.9, 0.1],
    population: costs(1.25),
  }),
  scenario({
    key: "five-arms",
    title: "Success, five arms",
    primary: "task_success",
    weights: [0.2, 0.2, 0.2, 0.2, 0.2],
    population: successes(0.3),
  }),
  scenario({
    key: "clustered-success",
    title: "Clustered success, correlation 0.2",
    primary: "task_success",
    population: clusteredSuccesses(0.2),
    clustered: true,
  }),
  scenario({
    key: "returning-success",
    title: "Clustered success, users come back",
    primary: "task_success",
    population: clusteredSuccesses(0.2),
    clustered: true,
    returning: true,
  }),
  scenario({
    key: "clustered-cost",
    title: "Clustered cost, correlation 0.15",
    primary: "cost_usd",
    population: clusteredCosts(),
    clustered: true,
  }),
  scenario({
    key: "clustered-p95",
    title: "Clustered latency and its p95",
    primary: "latency_ms",
    others: [{ metric: "latency_p95_ms", role: "secondary" }],
    population: clusteredLatencies(QUANTILE),
    // A sketch costs more per event and look than sums.
    units: 800,
    lookEvery: 100,
    clustered: true,
  }),
  scenario({
    key: "guardrails",
    title: "Guardrails at their margins",
    primary: "task_success",
    others: GUARDRAILS,
    population: harmed(),
    effects: { same: 1, different: 2.5 },
  }),
  scenario({
    key: "uneven-guardrails",
    title: "Guardrails at their margins, split 90/10",
    primary: "task_success",
    others: GUARDRAILS,
    weights: [0.9, 0.1],
    population: harmed(),
    effects: { same: 1, different: 2.5 },
  }),
  scenario({
    key: "broken-split",
    title: "Split check, broken in A/B",
    primary: "task_success",
    population: successes(0.3),
    effects: { same: 0, different: 0 },
    brokenWeights: [0.58, 0.42],
  }),
  ...RULES,
  INTERACTION,
  ...PROTECTION,
  ...ADAPTIVE,
  ...REPEATED_VALUES,
  ...MISLEADING_DATA,
];
