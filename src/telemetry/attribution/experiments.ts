import type { RulesetExperiment } from "#model/config/ruleset.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import type { PriceList } from "../pricing/price-list.ts";

/** What must be known of an experiment to recognize it in telemetry. */
export type KnownExperiment = Pick<
  RulesetExperiment,
  "key" | "config" | "variants" | "startedAt" | "endedAt" | "metricDefinitions"
>;

/** What telemetry is read against. */
export interface AttributionContext {
  /** Those that take outcomes, by key. */
  experiments: ReadonlyMap<string, KnownExperiment>;
  /** The same, by AI config. */
  byConfig: ReadonlyMap<string, readonly KnownExperiment[]>;
  /** Definitions outside of experiments, by key. */
  metrics: ReadonlyMap<string, MetricDefinition>;
  prices: PriceList;
}

/** Indexes the experiments that take outcomes. */
export function createAttributionContext(
  experiments: ReadonlyMap<string, KnownExperiment>,
  metrics: ReadonlyMap<string, MetricDefinition>,
  prices: PriceList,
): AttributionContext {
  return {
    experiments,
    byConfig: Map.groupBy(experiments.values(), ({ config }) => config),
    metrics,
    prices,
  };
}

/** The definitions of an experiment's metrics: those it started with, or else those outside of experiments. */
export function definitionFor(
  { metricDefinitions }: KnownExperiment,
  { metrics }: AttributionContext,
): (metric: string) => MetricDefinition | undefined {
  return (metric) => metricDefinitions.find(({ key }) => key === metric) ?? metrics.get(metric);
}
