import type { MetricDefinition, MetricTrust } from "#model/metric/metric.ts";

/** How the distribution of a logged key is kept. All metrics that read it share it. */
export interface Sketching {
  /** How many values of a unit it takes. */
  limit: number;
  /** Of server keys alone, where one of its metrics is. */
  trust: MetricTrust;
}

/** The logged keys whose distribution is kept. */
export function sketchedKeys(metricDefinitions: readonly MetricDefinition[]): Map<string, Sketching> {
  const sketchings = new Map<string, Sketching>();
  for (const { key, source, distribution, trust, maximumEventsPerUnit } of metricDefinitions) {
    const sketched = source ?? (distribution ? key : undefined);
    if (sketched === undefined) continue;
    const sketching = sketchings.get(sketched);
    sketchings.set(sketched, {
      limit: Math.max(sketching?.limit ?? 0, maximumEventsPerUnit ?? Number.POSITIVE_INFINITY),
      trust: sketching?.trust === "server" ? "server" : trust,
    });
  }
  return sketchings;
}
