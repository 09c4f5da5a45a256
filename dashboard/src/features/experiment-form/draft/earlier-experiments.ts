import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import type { ExperimentSummary } from "#contract/lists.ts";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { planningQueries } from "#dashboard/data/planning.ts";
import type { SampleSizeInput } from "#model/analysis/sample-size.ts";
import type { ExperimentForm } from "./use-experiment-form.ts";

/** Experiments on the form's AI config that have seen traffic, newest first: what to expect can be read off them. */
export function earlierExperiments({ draft, context }: ExperimentForm): ExperimentSummary[] {
  return context()
    .experiments.filter(
      ({ config, key, startedAt, latestSummary }) =>
        config === draft.config &&
        key !== context().editing &&
        startedAt !== null &&
        (latestSummary?.units ?? 0) > 1,
    )
    .toSorted((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
}

/**
 * Whether an experiment measures a metric whose variance plans can be made from; undefined while that is not known.
 * Quantiles have none.
 */
export function useMeasures(source: Accessor<string | undefined>, metric: Accessor<string>) {
  const query = useQuery(() => ({
    ...experimentQueries.detail(source() ?? ""),
    enabled: source() !== undefined,
    refetchInterval: false,
    staleTime: Number.POSITIVE_INFINITY,
  }));
  return () => {
    if (!query.isSuccess) return undefined;
    return query.data.metricDefinitions.some(({ key, type }) => key === metric() && type !== "quantile");
  };
}

/** Any number will do: the question is only asked for the baseline that comes with the answer. */
const SOME_UNITS = 10_000;

/** What a metric was in the control of the newest earlier experiment; undefined where that is not known. */
export function useObservedBaseline(form: ExperimentForm, metric: Accessor<string>) {
  const source = () => earlierExperiments(form)[0]?.key;
  const measures = useMeasures(source, metric);
  const question = (): SampleSizeInput | undefined => {
    const key = source();
    if (key === undefined || measures() !== true) return undefined;
    return {
      type: "observed",
      experiment: key,
      metric: metric(),
      units: SOME_UNITS,
      alpha: 0.05,
      power: 0.8,
      ratio: 1,
      treatments: 1,
      futility: "stop",
    };
  };
  const query = useQuery(() => planningQueries.sampleSize(question()));
  return () => {
    const key = source();
    const isAnswered = measures() === true && query.isSuccess && !query.isPlaceholderData;
    return isAnswered && key !== undefined
      ? { experiment: key, estimate: query.data.baseline.estimate }
      : undefined;
  };
}
