import { keepPreviousData, queryOptions } from "@tanstack/solid-query";
import {
  deleteMetric,
  getMetrics,
  patchMetric,
  postMetric,
  postMetricPreview,
  putMetric,
} from "#contract/metrics.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { api } from "./api.ts";
import { SLOW_POLL_MILLISECONDS } from "./polling.ts";
import { useAction } from "./use-action.ts";

const listQuery = (archived: "true" | "false") =>
  queryOptions({
    queryKey: ["metrics", { archived }],
    queryFn: ({ signal }) => api.call(getMetrics, { query: { archived }, signal }),
    refetchInterval: SLOW_POLL_MILLISECONDS,
  });

export const metricQueries = {
  /** Those that are not archived: what can be chosen. */
  list: () => listQuery("false"),
  /** Those that are archived too. */
  all: () => listQuery("true"),
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

/** Puts a metric away from the lists, or brings it back. */
export function useArchiveMetric() {
  return useAction({
    run: ({ key, archived }: { key: string; archived: boolean }) =>
      api.call(patchMetric, { params: { key }, body: { archived } }),
    invalidates: () => [["metrics"], ["audit"]],
    done: ({ name }, { archived }) => `${name} ${archived ? "archived" : "brought back"}`,
    failed: "Not changed",
  });
}

/** Deletes a metric that nothing has ever used. */
export function useDeleteMetric() {
  return useAction({
    /** @param input.leave goes to another page: nothing is left to show on its own */
    run: async ({ key, leave }: { key: string; leave: () => void }) => {
      const deleted = await api.call(deleteMetric, { params: { key } });
      leave();
      return deleted;
    },
    invalidates: () => [["metrics"], ["audit"]],
    done: ({ name }) => `${name} deleted`,
    failed: "Not deleted",
  });
}
