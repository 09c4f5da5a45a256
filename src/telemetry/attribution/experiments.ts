import type { RulesetExperiment } from "#model/config/ruleset.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { PriceList } from "../pricing/price-list.ts";

/** What must be known of an experiment to recognize it in telemetry. */
export type KnownExperiment = Pick<
  RulesetExperiment,
  "key" | "config" | "variants" | "startedAt" | "endedAt" | "metricDefinitions" | "holdoutConfigs"
>;

/** What telemetry is read against. */
export interface AttributionContext {
  /** Those that take outcomes, by key. */
  experiment(key: string): KnownExperiment | undefined;
  /** The same, by AI config. */
  experimentsOn(config: string): readonly KnownExperiment[] | undefined;
  /** Definitions outside of experiments, by key. */
  metrics: ReadonlyMap<string, MetricDefinition>;
  prices: PriceList;
}

/** The definitions of an experiment's metrics: those it started with, or else those outside of experiments. */
export function definitionFor(
  { metricDefinitions }: KnownExperiment,
  { metrics }: AttributionContext,
): (metric: string) => MetricDefinition | undefined {
  return (metric) => metricDefinitions.find(({ key }) => key === metric) ?? metrics.get(metric);
}
