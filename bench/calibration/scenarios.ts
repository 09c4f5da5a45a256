import { ATTRIBUTES } from "./attribute-scenarios.ts";
import { clusteredCosts, clusteredLatencies, clusteredSuccesses } from "./clustered-requests.ts";
import { FUTILITY } from "./futility-scenarios.ts";
import { MISLEADING_DATA } from "./misleading-scenarios.ts";
import { ADAPTIVE, PROTECTION } from "./protection-scenarios.ts";
import { REPEATED_VALUES } from "./repeated-scenarios.ts";
import { RULES } from "./rule-scenarios.ts";
import type { Scenario } from "./scenario.ts";
import { GUARDRAILS, QUANTILE, scenario } from "./scenario-outline.ts";
import { costs, harmed, heavyLatencies, predictableCosts, successes } from "./single-requests.ts";

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
    key: "high-success",
    title: "Success of 80 %",
    primary: "task_success",
    population: successes(0.8),
    decisionsOnly: true,
    powerIsShown: true,
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
    key: "rare-covariate",
    title: "Log-normal cost, a covariate of one unit in ten",
    primary: "cost_usd",
    population: predictableCosts(1.25, 0.8, 0.1),
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
  ...ATTRIBUTES,
  ...RULES,
  ...PROTECTION,
  ...FUTILITY,
  ...ADAPTIVE,
  ...REPEATED_VALUES,
  ...MISLEADING_DATA,
];
