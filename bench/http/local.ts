import { GrowthBookClient } from "@growthbook/growthbook";
import { assign } from "#assigner/assign.ts";
import { rulesetExperiment, rulesetOf } from "#tools/builders/ruleset-builder.ts";
import { median } from "../report/median.ts";
import type { Report } from "../report/report.ts";

const NEW = Array.from({ length: 100_000 }, (_, index) => `user-${index}`);
const RETURNING = NEW.map((_, index) => `user-${index % 500}`);
const ROUNDS = 7;

/** Evaluation in process, from a document in memory: ours and that of GrowthBook's SDK on the same experiment. */
export async function benchLocal(report: Report): Promise<void> {
  const ruleset = rulesetOf(rulesetExperiment("bench", [0.5, 0.5]));
  const rules = [
    {
      key: "bench",
      seed: "bench",
      hashVersion: 2,
      variations: [{ model: "model-1" }, { model: "model-2" }],
      weights: [0.5, 0.5],
    },
  ];
  const growthbook = new GrowthBookClient().initSync({
    payload: { features: { answer: { defaultValue: { model: "model-1" }, rules } } },
  });
  const ours = (unit: string) => assign(ruleset, "answer", unit);
  const theirs = (unit: string) => growthbook.evalFeature("answer", { attributes: { id: unit } });
  for (const [name, units] of Object.entries({ "new units": NEW, "returning units": RETURNING })) {
    const rates = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      rates.ours.push(perSecond(ours, units));
      rates.theirs.push(perSecond(theirs, units));
    }
    report.add({
      bench: "local",
      name: `evaluation in process, ${name}`,
      value: median(rates.ours),
      unit: "a second",
      references: { "GrowthBook's SDK": median(rates.theirs) },
    });
  }
}

function perSecond(evaluate: (unit: string) => unknown, units: readonly string[]): number {
  const started = performance.now();
  for (const unit of units) evaluate(unit);
  return units.length / ((performance.now() - started) / 1_000);
}
