import { analyze } from "../src/analyzer/analyze.ts";
import { metricDefinition } from "../src/model/metric.ts";
import { momentsOfValues, spec, totals } from "../test/support/moments-builder.ts";

/** One analysis of an experiment with 5 variants × 20 metrics, from moments. */
const METRICS = Array.from({ length: 20 }, (_, index) => `metric_${index}`);
const VARIANTS = ["a", "b", "c", "d", "e"];
const ROUNDS = 200;

const values = Array.from({ length: 1_000 }, (_, index) => (index * 7_919) % 1_000);
const moments = momentsOfValues(values);
const input = {
  spec: spec({
    variants: VARIANTS.map((key, index) => ({ key, version: index + 1, weight: 0.2 })),
    control: "a",
    metrics: METRICS.map((metric, index) => ({ metric, role: index === 0 ? "primary" : "secondary" })),
  }),
  definitions: METRICS.map((key) =>
    metricDefinition.parse({ key, name: key, type: "mean", direction: "increase" }),
  ),
  totals: totals(
    Object.fromEntries(
      VARIANTS.map((variant) => [variant, Object.fromEntries(METRICS.map((key) => [key, moments]))]),
    ),
  ),
  now: 0,
};

const times: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const started = performance.now();
  analyze(input);
  times.push(performance.now() - started);
}
times.sort((a, b) => a - b);
console.log(
  `median ${times[ROUNDS / 2]?.toFixed(2)} ms, slowest ${times.at(-1)?.toFixed(2)} ms (5 variants × 20 metrics)`,
);
