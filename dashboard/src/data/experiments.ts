import { queryOptions } from "@tanstack/solid-query";
import { getExperiment } from "#contract/experiments.ts";
import { api } from "./api.ts";
import { fetchExperiments } from "./fetch-experiments.ts";
import { LIVE_POLL_MILLISECONDS, SLOW_POLL_MILLISECONDS, STEADY_POLL_MILLISECONDS } from "./polling.ts";

export const experimentQueries = {
  list: () =>
    queryOptions({
      queryKey: ["experiments"],
      queryFn: ({ signal }) => fetchExperiments(signal),
      refetchInterval: STEADY_POLL_MILLISECONDS,
    }),
  detail: (key: string) =>
    queryOptions({
      queryKey: ["experiments", key],
      queryFn: ({ signal }) => api.call(getExperiment, { params: { key }, signal }),
      refetchInterval: LIVE_POLL_MILLISECONDS,
    }),
  /** Several experiments as a whole, in one go. */
  several: (keys: readonly string[]) =>
    queryOptions({
      queryKey: ["experiments-by-key", keys],
      queryFn: ({ signal }) =>
        Promise.all(keys.map((key) => api.call(getExperiment, { params: { key }, signal }))),
      enabled: keys.length > 0,
      refetchInterval: SLOW_POLL_MILLISECONDS,
    }),
  /** An experiment as it stood when a form opened: a copy does not follow its original. @param key undefined for none */
  original: (key: string | undefined) =>
    queryOptions({
      queryKey: ["experiment-to-copy", key],
      queryFn: ({ signal }) => api.call(getExperiment, { params: { key: key ?? "" }, signal }),
      enabled: key !== undefined,
      staleTime: 0,
      gcTime: 0,
    }),
};
