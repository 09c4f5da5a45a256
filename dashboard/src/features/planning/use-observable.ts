import { useQuery } from "@tanstack/solid-query";
import { createMemo } from "solid-js";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import type { PlanDraft } from "./plan-question.ts";

/** Experiments that have seen traffic, and the metrics of the chosen one that plans can be made from. */
export function useObservable(draft: PlanDraft) {
  const all = useQuery(() => experimentQueries.list());
  const source = useQuery(() =>
    experimentQueries.original(
      draft.type === "observed" && draft.experiment !== "" ? draft.experiment : undefined,
    ),
  );
  const experiments = createMemo(() =>
    (loadedData(all)?.experiments ?? []).filter(({ latestSummary }) => (latestSummary?.units ?? 0) > 1),
  );
  const metrics = createMemo(() => {
    if (draft.type !== "observed" || !source.isSuccess) return [];
    return source.data.metricDefinitions.filter(({ type }) => type !== "quantile");
  });
  return {
    experiments,
    metrics,
    metric: () => metrics().find(({ key }) => key === draft.metric),
  };
}

export type Observable = ReturnType<typeof useObservable>;
