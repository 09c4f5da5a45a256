import { useQuery } from "@tanstack/solid-query";
import { createMemo } from "solid-js";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { isActive } from "#model/experiment/active-status.ts";

/** An experiment that measures a metric right now. */
interface Use {
  key: string;
  name: string;
}

/** Which running or paused experiments use a metric; undefined while that is not known yet. */
export function useMetricUse(): (metric: string) => readonly Use[] | undefined {
  const list = useQuery(() => experimentQueries.list());
  const activeKeys = createMemo(() =>
    (loadedData(list)?.experiments ?? []).filter(({ status }) => isActive(status)).map(({ key }) => key),
  );
  const experiments = useQuery(() => experimentQueries.several(activeKeys()));
  const uses = createMemo(() => {
    const byMetric = new Map<string, Use[]>();
    for (const { spec } of loadedData(experiments) ?? []) {
      for (const { metric } of spec.metrics) {
        byMetric.set(metric, [...(byMetric.get(metric) ?? []), { key: spec.key, name: spec.name }]);
      }
    }
    return byMetric;
  });
  const isKnown = () =>
    loadedData(list) !== undefined && (activeKeys().length === 0 || loadedData(experiments) !== undefined);
  return (metric) => uses().get(metric) ?? (isKnown() ? [] : undefined);
}
