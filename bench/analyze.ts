import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { Ledger } from "#ledger/ledger.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";
import { spec } from "#tools/builders/moments-builder.ts";

/** One analysis of an experiment with 5 variants × 20 metrics, from totals that the real ledger counted. */
const VARIANTS = ["a", "b", "c", "d", "e"];
const UNITS = 2_000;
const ROUNDS = 200;

/** Eight proportions, eight means of which four keep their distribution, four quantiles: a full experiment. */
const metricDefinitions: MetricDefinition[] = Array.from({ length: 20 }, (_, index) =>
  metricDefinitionSchema.parse({
    key: `metric_${index}`,
    name: `Metric ${index}`,
    direction: "increase",
    ...(index < 8
      ? { type: "proportion" }
      : index < 16
        ? { type: "mean", distribution: index < 12 }
        : { type: "quantile", quantile: 0.95, source: `metric_${index - 8}` }),
  }),
);

const ledger = new Ledger([emptyTotals(VARIANTS)], metricDefinitions);
for (let unit = 0; unit < UNITS; unit++) {
  let state: UnitState | undefined;
  for (let event = 0; event <= unit % 3; event++) {
    const value = 100 + ((unit * 7_919 + event * 104_729) % 5_000);
    const m = Object.fromEntries(
      metricDefinitions.slice(0, 16).map(({ key, type }) => [key, type === "mean" ? value : value % 2]),
    );
    state = ledger.apply(state, {
      kind: "outcome",
      id: `${event}`,
      unit: `${unit}`,
      variant: VARIANTS[unit % VARIANTS.length] ?? "a",
      at: 0,
      receivedAt: 0,
      metrics: m,
    });
  }
}

const input = {
  spec: spec({
    variants: VARIANTS.map((key, index) => ({ key, version: index + 1, weight: 0.2 })),
    control: "a",
    metrics: metricDefinitions.map(({ key }, index) => ({
      metric: key,
      role: index === 0 ? "primary" : "secondary",
    })),
  }),
  metricDefinitions,
  totals: ledger.totalsIn(0),
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
  `median ${times[ROUNDS / 2]?.toFixed(2)} ms, slowest ${times.at(-1)?.toFixed(2)} ms (5 variants × 20 metrics; bar: 5 ms)`,
);
