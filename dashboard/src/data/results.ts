import { queryOptions } from "@tanstack/solid-query";
import { postReplay } from "#contract/decisions.ts";
import { getLoggedEvents } from "#contract/event-log.ts";
import { getReport, type ReportFormat } from "#contract/report.ts";
import {
  getDecisions,
  getInteraction,
  getResults,
  getSegments,
  getVerification,
  getWinsorizedResults,
} from "#contract/results.ts";
import { getSeries } from "#contract/series.ts";
import type { DecisionRecord } from "#model/analysis/decision.ts";
import type { ResultsTime } from "#model/analysis/results.ts";
import type { Segmentation } from "#model/analysis/segments.ts";
import { api } from "./api.ts";
import { LIVE_POLL_MILLISECONDS, SLOW_POLL_MILLISECONDS, STEADY_POLL_MILLISECONDS } from "./polling.ts";
import { reading, readingProgress } from "./reading-progress.ts";

const FETCH_TIMEOUT_MILLISECONDS = 30_000;

/** How many logged events are looked at for the properties they carry. */
const SAMPLED_EVENTS = 500;

/** Everything computed for one experiment; kept under its key, so that it is renewed together with it. */
export const resultQueries = {
  /**
   * The newest results; an experiment that has not started has none.
   * @param asOf of an ended experiment: with the numbers that decided, or with all that came in since
   */
  latest: (key: string, asOf: ResultsTime = "decision") =>
    queryOptions({
      queryKey: ["experiments", key, "results", asOf],
      queryFn: ({ signal }) =>
        api.call(getResults, { params: { key }, query: asOf === "now" ? { asOf } : {}, signal }),
      refetchInterval: ({ state }) => (state.data?.live === false ? false : LIVE_POLL_MILLISECONDS),
    }),
  decisions: (key: string) =>
    queryOptions({
      queryKey: ["experiments", key, "decisions"],
      queryFn: ({ signal }) => api.call(getDecisions, { params: { key }, signal }),
      refetchInterval: STEADY_POLL_MILLISECONDS,
    }),
  /** Rebuilds the totals from the log and compares: a scan of the log, so only on demand. */
  verification: (key: string) =>
    queryOptions({
      queryKey: ["experiments", key, "verify"],
      queryFn: (context) => api.call(getVerification, { params: { key }, ...reading(context) }),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    }),
  /** A recorded decision computed again from its stored inputs, and compared. Only on demand. */
  replay: (key: string, takenAt: number) =>
    queryOptions({
      queryKey: ["experiments", key, "replay", takenAt],
      queryFn: ({ signal }) => api.call(postReplay, { params: { key, takenAt }, signal }),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    }),
  /** How one metric developed from analysis to analysis. @param metric undefined for the primary one */
  series: (key: string, metric: string | undefined) =>
    queryOptions({
      queryKey: ["experiments", key, "series", metric],
      queryFn: ({ signal }) => api.call(getSeries, { params: { key }, query: { metric }, signal }),
      refetchInterval: STEADY_POLL_MILLISECONDS,
    }),
  /** The results broken down by one event property or attribute: a scan of the log, so only on demand. */
  segments: (key: string, { source, name }: Segmentation) =>
    queryOptions({
      queryKey: ["experiments", key, "segments", source, name],
      queryFn: (context) =>
        api.call(getSegments, { params: { key }, query: { [source]: name }, ...reading(context) }),
      // A log that takes long is not read over and over.
      refetchInterval: ({ queryKey }) =>
        readingProgress(queryKey) === undefined ? SLOW_POLL_MILLISECONDS : false,
    }),
  /** The names of the properties that logged events carry, the most frequent first. */
  properties: (key: string) =>
    queryOptions({
      queryKey: ["experiments", key, "properties"],
      queryFn: async ({ signal }) => {
        const query = { limit: SAMPLED_EVENTS };
        const { events } = await api.call(getLoggedEvents, { params: { key }, query, signal });
        const counts = new Map<string, number>();
        for (const name of events.flatMap(({ properties }) => Object.keys(properties))) {
          counts.set(name, (counts.get(name) ?? 0) + 1);
        }
        return [...counts].toSorted(([, count], [, other]) => other - count).map(([name]) => name);
      },
      refetchInterval: SLOW_POLL_MILLISECONDS,
    }),
  /** Whether two experiments on the same units affect each other: a scan of both logs, so only on demand. */
  interaction: (key: string, other: string) =>
    queryOptions({
      queryKey: ["experiments", key, "interactions", other],
      queryFn: (context) => api.call(getInteraction, { params: { key, other }, ...reading(context) }),
    }),
  /** A mean's differences with outliers capped: a scan of the log, so only on demand. */
  winsorized: (key: string, metric: string, quantile: string) =>
    queryOptions({
      queryKey: ["experiments", key, "winsorized", metric, quantile],
      queryFn: (context) =>
        api.call(getWinsorizedResults, {
          params: { key },
          query: { metric, quantile },
          ...reading(context),
        }),
    }),
};

/** One page of older decisions, newest first. @param before epoch milliseconds; only older ones are listed */
export async function fetchDecisions(key: string, before: number): Promise<DecisionRecord[]> {
  const signal = AbortSignal.timeout(FETCH_TIMEOUT_MILLISECONDS);
  const { decisions } = await api.call(getDecisions, { params: { key }, query: { before }, signal });
  return decisions;
}

/** The results as a document, to be saved as a file. */
export async function fetchReport(key: string, format: ReportFormat): Promise<Blob> {
  const response = await api.fetch(getReport, { params: { key }, query: { format } });
  return response.blob();
}
