import { keepPreviousData, queryOptions } from "@tanstack/solid-query";
import { getMetrics, postMetric, postMetricPreview, putMetric } from "#contract/metrics.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { api } from "./api.ts";
import { SLOW_POLL_MILLISECONDS } from "./polling.ts";
import { useAction } from "./use-action.ts";

export const metricQueries = {
  list: () =>
    queryOptions({
      queryKey: ["metrics"],
      queryFn: ({ signal }) => api.call(getMetrics, { signal }),
      refetchInterval: SLOW_POLL_MILLISECONDS,
    }),
  /**
   * What a definition makes of the newest logged events. The answer to the previous definition stays until the next one
   * is there. @param definition undefined while it is not one that can be computed
   */
  preview: (definition: MetricDefinition | undefined) =>
    queryOptions({
      queryKey: ["metric-preview", definition],
      queryFn: ({ signal }) => {
        if (!definition) throw new Error("there is no definition to preview");
        return api.call(postMetricPreview, { body: { definition }, signal });
      },
      enabled: definition !== undefined,
      placeholderData: keepPreviousData,
      refetchInterval: SLOW_POLL_MILLISECONDS,
    }),
};

/** Defines a metric. Refusals belong to the form. */
export function useCreateMetric() {
  return useAction({
    run: (definition: MetricDefinition) => api.call(postMetric, { body: definition }),
    invalidates: () => [["metrics"], ["audit"]],
    done: ({ name }) => `${name} defined.`,
  });
}

/** Replaces a metric's definition for experiments that start from now on. Refusals belong to the form. */
export function useReplaceMetric() {
  return useAction({
    run: ({ key, ...definition }: MetricDefinition) =>
      api.call(putMetric, { params: { key }, body: definition }),
    invalidates: () => [["metrics"], ["audit"]],
    done: ({ name }) => `${name} saved. Running experiments keep the definition they started with.`,
  });
}
