import { type Experiment, GrowthBook } from "@growthbook/growthbook";
import { assign } from "#assigner/assign.ts";
import { rulesetExperiment, rulesetOf } from "#tools/builders/ruleset-builder.ts";

/** Assignments per second in process, ours and those of GrowthBook's SDK on the same experiment, in one run. */
const UNITS = Array.from({ length: 100_000 }, (_, index) => `user-${index}`);
const ROUNDS = 5;

const ruleset = rulesetOf(rulesetExperiment("bench", [0.5, 0.5]));

function ours(unit: string): void {
  assign(ruleset, "answer", unit);
}

const experiment: Experiment<string> = {
  key: "bench",
  seed: "bench",
  hashVersion: 2,
  variations: ["arm-0", "arm-1"],
  weights: [0.5, 0.5],
};

function growthbooks(unit: string): void {
  const growthbook = new GrowthBook({ attributes: { id: unit } });
  growthbook.run(experiment);
}

function perSecond(work: (unit: string) => void): number {
  const started = performance.now();
  for (const unit of UNITS) work(unit);
  return UNITS.length / ((performance.now() - started) / 1_000);
}

let best = { ours: 0, growthbooks: 0 };
for (let round = 0; round < ROUNDS; round++) {
  best = {
    ours: Math.max(best.ours, perSecond(ours)),
    growthbooks: Math.max(best.growthbooks, perSecond(growthbooks)),
  };
}
console.log(`assign(): ${Math.round(best.ours)} per second`);
console.log(`GrowthBook's SDK: ${Math.round(best.growthbooks)} per second`);
console.log(`ratio: ${(best.ours / best.growthbooks).toFixed(1)}`);
