import { metricDefinitionSchema } from "#model/metric/metric.ts";
import { RulesetPart } from "#ruleset/part.ts";
import type { StoredPart } from "#store/ruleset-parts.ts";
import { rulesetExperiment } from "#tools/builders/ruleset-builder.ts";
import { median } from "../report/median.ts";

const ROUNDS = 9;
const TIMES = 2_000;

/** A script of its own: the code it measures knows the types of Workers, the other measurements those of Node. */
const metricDefinitions = Array.from({ length: 6 }, (_, index) => `metric_${index}`).map((key) =>
  metricDefinitionSchema.parse({ key, name: key, type: "mean", direction: "increase" }),
);

function storedPart(): StoredPart {
  const { status, startedAt, endedAt, phases, covariateSource, ...spec } = rulesetExperiment(
    "bench",
    [0.5, 0.5],
  );
  const row = {
    key: "bench",
    config: "answer",
    status,
    startedAt,
    endedAt,
    spec: JSON.stringify(spec),
    metricDefinitions: JSON.stringify(metricDefinitions),
    phases: JSON.stringify(phases),
    switchedOff: "[]",
    pauses: "[]",
    exclusions: "[]",
    overrides: "[]",
    covariateSource: null,
    unitKeyId: null,
  };
  const value = JSON.stringify({ model: "large", prompt: "x".repeat(1_000) });
  const values = [1, 2].map((version) => ({ version, value }));
  return { key: "answer", liveVersion: 1, experiments: [row], values };
}

function microseconds(work: () => unknown): number {
  const began = performance.now();
  for (let time = 0; time < TIMES; time++) work();
  return ((performance.now() - began) / TIMES) * 1_000;
}

const stored = storedPart();
const text = JSON.stringify(stored);
const [own, parsing]: [number[], number[]] = [[], []];
for (let round = 0; round < ROUNDS; round++) {
  own.push(microseconds(() => new RulesetPart(stored, 1, true).prepared));
  parsing.push(microseconds(() => JSON.parse(text)));
}
console.log(JSON.stringify({ own: median(own), parsing: median(parsing) }));
