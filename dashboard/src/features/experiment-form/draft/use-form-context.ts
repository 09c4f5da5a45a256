import { useQuery } from "@tanstack/solid-query";
import { type Accessor, createMemo } from "solid-js";
import { configQueries } from "#dashboard/data/configs.ts";
import { experimentQueries } from "#dashboard/data/experiments.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { metricQueries } from "#dashboard/data/metrics.ts";
import type { FormContext } from "./check-draft.ts";
import type { ExperimentDraft } from "./experiment-draft.ts";

/** What the form may refer to, apart from one AI config's versions; undefined until all of it is known. */
export function useFormOptions() {
  const metrics = useQuery(() => metricQueries.list());
  const configs = useQuery(() => configQueries.list());
  const experiments = useQuery(() => experimentQueries.list());
  const queries = [metrics, configs, experiments];
  return {
    /** What was read last stays known when reading it again fails: a form must not vanish under somebody's hands. */
    options: () => {
      const [metricData, configData, experimentData] = [
        loadedData(metrics),
        loadedData(configs),
        loadedData(experiments),
      ];
      if (!metricData || !configData || !experimentData) return undefined;
      return {
        metrics: metricData.metrics,
        configs: configData.configs,
        experiments: experimentData.experiments,
      };
    },
    error: () => queries.find(({ isError }) => isError)?.error ?? undefined,
    retry: () => {
      for (const query of queries) void query.refetch();
    },
  };
}

export type FormOptions = NonNullable<ReturnType<ReturnType<typeof useFormOptions>["options"]>>;

/** Follows the AI config that the draft has chosen. */
export function useFormContext(
  draft: ExperimentDraft,
  options: Accessor<FormOptions>,
  editing: string | undefined,
): Accessor<FormContext> {
  const versions = useQuery(() => configQueries.versions(draft.config || undefined));
  return createMemo(() => ({
    ...options(),
    versions: draft.config === "" ? undefined : loadedData(versions)?.versions,
    editing,
  }));
}
