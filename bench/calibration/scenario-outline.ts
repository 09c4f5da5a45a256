import { freezeDefinitions } from "#lifecycle/freeze-definitions.ts";
import { completeSpec } from "#model/experiment/defaults.ts";
import {
  type ExperimentInput,
  type ExperimentMetric,
  experimentInputSchema,
} from "#model/experiment/experiment.ts";
import { metricDefinitionSchema } from "#model/metric/metric.ts";
import type { Population } from "./population.ts";
import type { Scenario } from "./scenario.ts";
import { GUARDED } from "./single-requests.ts";

export const QUANTILE = 0.95;

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
].map((definition) => metricDefinitionSchema.parse(definition));

export interface Outline extends Partial<Scenario> {
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
  /** By default a run goes on to its maximum, so that error rates are those of all of its looks. */
  futility?: ExperimentInput["futility"];
  adjustFor?: ExperimentInput["adjustFor"];
  /** Of every variant, in a factorial experiment. */
  levels?: Record<string, string>[];
}

/** Long enough for 40 looks; with always-valid intervals tuned for it, as `maximumUnits` does by default. */
export const UNITS = 2_000;

/** A scenario with what most have in common. */
export function scenario(described: Outline): Scenario {
  const {
    primary,
    others = [],
    weights = [0.5, 0.5],
    windowSeconds,
    rule,
    allocation,
    maximumEventsPerUnit,
    futility = "ignore",
    adjustFor,
    levels,
    ...outline
  } = described;
  const units = outline.units ?? UNITS;
  const metrics: ExperimentMetric[] = [
    { metric: primary, role: "primary", ...(windowSeconds !== undefined && { windowSeconds }) },
    ...others,
  ];
  const input = experimentInputSchema.parse({
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
    futility,
    ...(rule && { rule }),
    ...(allocation && { allocation }),
    ...(adjustFor && { adjustFor }),
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
    metricDefinitions: freezeDefinitions(spec, DEFINITIONS),
    ...outline,
  };
}

export const guardrail = (metric: keyof typeof GUARDED, kind: "absolute" | "relative"): ExperimentMetric => ({
  metric,
  role: "guardrail",
  margin: { kind, value: GUARDED[metric].margin },
});

export const GUARDRAILS = [
  guardrail("error", "absolute"),
  guardrail("toxic", "absolute"),
  guardrail("cost_usd", "relative"),
];
