import type { Stretch } from "#model/experiment/exclusion.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";

/** What an aggregator must know of its experiment; sent with every batch, so that it never has to ask. */
export interface AggregatedExperiment {
  key: string;
  shard: number;
  variants: string[];
  metricDefinitions: MetricDefinition[];
  /** Stretches of time that were excluded before the aggregator knew of its experiment; later ones make it count anew. */
  exclusions: Stretch[];
}
