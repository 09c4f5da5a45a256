import { type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";
import { apiPath } from "../api-path.ts";
import { sendToApi } from "../fetch-from-api.ts";
import { useAction } from "../use-action.ts";

/** Defines a metric. Refusals belong to the form. */
export function useCreateMetric() {
  return useAction({
    run: (definition: MetricDefinition) =>
      sendToApi("POST", apiPath(["metrics"]), metricDefinitionSchema, definition),
    invalidates: () => [["metrics"], ["audit"]],
    done: ({ name }) => `${name} defined.`,
  });
}

/** Replaces a metric's definition for experiments that start from now on. Refusals belong to the form. */
export function useReplaceMetric() {
  return useAction({
    run: ({ key, ...definition }: MetricDefinition) =>
      sendToApi("PUT", apiPath(["metrics", key]), metricDefinitionSchema, definition),
    invalidates: () => [["metrics"], ["audit"]],
    done: ({ name }) => `${name} saved. Running experiments keep the definition they started with.`,
  });
}
