import { parseArgs } from "node:util";
import Table from "cli-table3";
import { randomNumbers } from "#tools/random-numbers.ts";
import { type SimulatedPlan, simulatePhases } from "./calibration/simulate-phases.ts";

/*
 * How experiments end whose weights change: by hand, or because a treatment has left. Through analyzer, guardrails and decider, with
 * 40 to 50 looks. `node bench/phases.ts --runs 2000`.
 */
const { values: flags } = parseArgs({ options: { runs: { type: "string", default: "400" } } });
const RUNS = Number(flags.runs);

const armsOf = (...weights: number[]) =>
  weights.map((weight, index) => ({
    key: ["control", "a", "b", "c"][index] ?? "",
    version: index + 1,
    weight,
  }));

const rates = (...all: number[]) => ({ rateOf: (arm: number) => all[arm] ?? 0 });
const alike = rates(0.3, 0.3, 0.3, 0.3);
const drift = { rateOf: (_: number, progress: number) => 0.2 + 0.4 * progress };

const four = (freedTraffic: "reassign" | "control") => ({
  overrides: { variants: armsOf(0.25, 0.25, 0.25, 0.25), maximumUnits: 6_000, freedTraffic },
  lookEvery: 150,
});
const two = (control: number, ...changes: { after: number; weights: readonly number[] }[]) => ({
  overrides: {
    variants: armsOf(control, 1 - control),
    maximumUnits: 4_000,
    futility: "ignore" as const,
  },
  lookEvery: 80,
  changes,
});

const PLANS: [name: string, plan: SimulatedPlan][] = [
  ...(["control", "reassign"] as const).flatMap((freed): [string, SimulatedPlan][] => [
    [`four arms, all alike; freed: ${freed}`, { ...four(freed), ...alike }],
    [`one better by 6, two worse by 5; freed: ${freed}`, { ...four(freed), ...rates(0.3, 0.36, 0.25, 0.25) }],
    [`one better by 5, two alike; freed: ${freed}`, { ...four(freed), ...rates(0.3, 0.35, 0.3, 0.3) }],
  ]),
  ["alike, 50/50 throughout", { ...two(0.5), ...alike }],
  ["alike, 50/50, from 1,000 on 90/10", { ...two(0.5, { after: 1_000, weights: [0.9, 0.1] }), ...alike }],
  ["alike, 90/10, from 1,000 on 50/50", { ...two(0.9, { after: 1_000, weights: [0.5, 0.5] }), ...alike }],
  [
    "alike and drifting, 90/10, 20/80, 60/40",
    {
      ...two(0.9, { after: 1_000, weights: [0.2, 0.8] }, { after: 2_400, weights: [0.6, 0.4] }),
      ...drift,
    },
  ],
  ["better by 5, 50/50 throughout", { ...two(0.5), ...rates(0.3, 0.35) }],
  [
    "better by 5, 50/50, from 1,000 on 90/10",
    { ...two(0.5, { after: 1_000, weights: [0.9, 0.1] }), ...rates(0.3, 0.35) },
  ],
  ["better by 5, 90/10 throughout", { ...two(0.9), ...rates(0.3, 0.35) }],
  [
    "better by 5, 90/10, from 1,000 on 50/50",
    { ...two(0.9, { after: 1_000, weights: [0.5, 0.5] }), ...rates(0.3, 0.35) },
  ],
];

const table = new Table({
  head: ["experiment", "'a' promoted", "other decision", "units", "units that came"],
});
for (const [name, plan] of PLANS) {
  let [right, decided, units, arrivals] = [0, 0, 0, 0];
  for (let run = 1; run <= RUNS; run++) {
    const end = simulatePhases(plan, randomNumbers(7_919 * run));
    if (end.action === "promote" && end.variant === "a") right += 1;
    else if (end.action === "promote" || end.action === "rollback") decided += 1;
    units += end.units;
    arrivals += end.arrivals;
  }
  const share = (count: number) => `${((100 * count) / RUNS).toFixed(1)} %`;
  table.push([name, share(right), share(decided), Math.round(units / RUNS), Math.round(arrivals / RUNS)]);
}
console.log(table.toString());
