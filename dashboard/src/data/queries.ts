import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { aiConfig } from "../../../src/model/ai-config.ts";
import { experimentResults } from "../../../src/model/decision.ts";
import { experiment } from "../../../src/model/experiment.ts";
import { decisionList, experimentList } from "../../../src/model/listing.ts";
import { fetchFromApi } from "./fetch-from-api.ts";

/** Numbers of a running experiment are never older than this on screen. */
const LIVE_POLL_MILLISECONDS = 3_000;

/** What changes rarely is asked for rarely. */
const SLOW_POLL_MILLISECONDS = 5_000;

const at = (...parts: string[]) => `/v1/${parts.map(encodeURIComponent).join("/")}`;

export function useExperiments() {
  return useQuery(() => ({
    queryKey: ["experiments"],
    queryFn: ({ signal }) => fetchFromApi(at("experiments"), experimentList, signal),
    refetchInterval: SLOW_POLL_MILLISECONDS,
  }));
}

export function useExperiment(key: Accessor<string>) {
  return useQuery(() => ({
    queryKey: ["experiments", key()],
    queryFn: ({ signal }) => fetchFromApi(at("experiments", key()), experiment, signal),
    refetchInterval: LIVE_POLL_MILLISECONDS,
  }));
}

/** The newest results; an experiment that has not started has none. */
export function useResults(key: Accessor<string>, hasStarted: Accessor<boolean>) {
  return useQuery(() => ({
    queryKey: ["experiments", key(), "results"],
    queryFn: ({ signal }) => fetchFromApi(at("experiments", key(), "results"), experimentResults, signal),
    enabled: hasStarted(),
    refetchInterval: ({ state }) => (state.data?.live === false ? false : LIVE_POLL_MILLISECONDS),
  }));
}

export function useDecisions(key: Accessor<string>) {
  return useQuery(() => ({
    queryKey: ["experiments", key(), "decisions"],
    queryFn: ({ signal }) => fetchFromApi(at("experiments", key(), "decisions"), decisionList, signal),
    refetchInterval: SLOW_POLL_MILLISECONDS,
  }));
}

/** @param key undefined while it is not known which AI config to ask for */
export function useConfig(key: Accessor<string | undefined>) {
  return useQuery(() => ({
    queryKey: ["configs", key()],
    queryFn: ({ signal }) => fetchFromApi(at("configs", key() ?? ""), aiConfig, signal),
    enabled: key() !== undefined,
    refetchInterval: SLOW_POLL_MILLISECONDS,
  }));
}
