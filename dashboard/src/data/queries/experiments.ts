import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { decisionListSchema, verificationSchema } from "#contract/lists.ts";
import { seriesSchema } from "#contract/series.ts";
import { type DecisionRecord, experimentResultsSchema, type ResultsTime } from "#model/analysis/decision.ts";
import { segmentResultsSchema } from "#model/analysis/segments.ts";
import { experimentSchema } from "#model/experiment/experiment.ts";
import { apiPath } from "../api-path.ts";
import { fetchExperiments } from "../fetch-experiments.ts";
import { fetchFromApi } from "../fetch-from-api.ts";
import { LIVE_POLL_MILLISECONDS, SLOW_POLL_MILLISECONDS, STEADY_POLL_MILLISECONDS } from "../polling.ts";

const FETCH_PATIENCE_MILLISECONDS = 30_000;

/** Where an experiment's data is kept in the cache; everything under it is renewed together. */
export const experimentKey = (key: string) => ["experiments", key] as const;

export function useExperiments() {
  return useQuery(() => ({
    queryKey: ["experiments"],
    queryFn: ({ signal }) => fetchExperiments(signal),
    refetchInterval: STEADY_POLL_MILLISECONDS,
  }));
}

export function useExperiment(key: Accessor<string>) {
  return useQuery(() => ({
    queryKey: experimentKey(key()),
    queryFn: ({ signal }) => fetchFromApi(apiPath(["experiments", key()]), experimentSchema, signal),
    refetchInterval: LIVE_POLL_MILLISECONDS,
  }));
}

/** Several experiments as a whole, in one go. */
export function useExperimentsByKey(keys: Accessor<readonly string[]>) {
  return useQuery(() => ({
    queryKey: ["experiments-by-key", keys()],
    queryFn: ({ signal }) =>
      Promise.all(keys().map((key) => fetchFromApi(apiPath(["experiments", key]), experimentSchema, signal))),
    enabled: keys().length > 0,
    refetchInterval: SLOW_POLL_MILLISECONDS,
  }));
}

/** The newest results; an experiment that has not started has none. */
/** @param asOf of an ended experiment: with the numbers that decided, or with all that came in since */
export function useResults(
  key: Accessor<string>,
  isWanted: Accessor<boolean>,
  asOf: ResultsTime = "decision",
) {
  return useQuery(() => ({
    queryKey: [...experimentKey(key()), "results", ...(asOf === "now" ? [asOf] : [])],
    queryFn: ({ signal }) =>
      fetchFromApi(
        apiPath(["experiments", key(), "results"], asOf === "now" ? { asOf } : {}),
        experimentResultsSchema,
        signal,
      ),
    enabled: isWanted(),
    refetchInterval: ({ state }) => (state.data?.live === false ? false : LIVE_POLL_MILLISECONDS),
  }));
}

export function useDecisions(key: Accessor<string>) {
  return useQuery(() => ({
    queryKey: [...experimentKey(key()), "decisions"],
    queryFn: ({ signal }) =>
      fetchFromApi(apiPath(["experiments", key(), "decisions"]), decisionListSchema, signal),
    refetchInterval: STEADY_POLL_MILLISECONDS,
  }));
}

/** One page of older decisions, newest first. @param before epoch milliseconds; only older ones are listed */
export async function fetchDecisions(key: string, before: number): Promise<DecisionRecord[]> {
  const path = apiPath(["experiments", key, "decisions"], { before });
  const { decisions } = await fetchFromApi(
    path,
    decisionListSchema,
    AbortSignal.timeout(FETCH_PATIENCE_MILLISECONDS),
  );
  return decisions;
}

/** Rebuilds the totals from the log and compares: a scan of the log, so only on demand. */
export function useVerification(key: Accessor<string>, isWanted: Accessor<boolean>) {
  return useQuery(() => ({
    queryKey: [...experimentKey(key()), "verify"],
    queryFn: ({ signal }) =>
      fetchFromApi(apiPath(["experiments", key(), "verify"]), verificationSchema, signal),
    enabled: isWanted(),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  }));
}

/** How one metric developed from look to look. @param metric undefined for the primary one */
export function useSeries(
  key: Accessor<string>,
  metric: Accessor<string | undefined>,
  hasStarted: Accessor<boolean>,
) {
  return useQuery(() => ({
    queryKey: [...experimentKey(key()), "series", metric()],
    queryFn: ({ signal }) =>
      fetchFromApi(apiPath(["experiments", key(), "series"], { metric: metric() }), seriesSchema, signal),
    enabled: hasStarted(),
    refetchInterval: STEADY_POLL_MILLISECONDS,
  }));
}

/** The results broken down by one event property: a scan of the log, so only on demand. @param property null for none */
export function useSegments(key: Accessor<string>, property: Accessor<string | null>) {
  return useQuery(() => ({
    queryKey: [...experimentKey(key()), "segments", property()],
    queryFn: ({ signal }) =>
      fetchFromApi(
        apiPath(["experiments", key(), "segments"], { property: property() ?? "" }),
        segmentResultsSchema,
        signal,
      ),
    enabled: property() !== null,
    refetchInterval: SLOW_POLL_MILLISECONDS,
  }));
}
