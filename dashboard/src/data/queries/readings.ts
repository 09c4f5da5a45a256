import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { z } from "zod";
import { interactionResultsSchema } from "#model/analysis/interaction.ts";
import { winsorizedResultsSchema } from "#model/analysis/winsorized.ts";
import { apiPath } from "../api-path.ts";
import { fetchFromApi } from "../fetch-from-api.ts";
import { SLOW_POLL_MILLISECONDS } from "../polling.ts";
import { experimentKey } from "./experiments.ts";

/** How many logged events are looked at for the properties they carry. */
const SAMPLED_EVENTS = 500;

const eventSampleSchema = z.object({
  events: z.array(z.object({ properties: z.record(z.string(), z.unknown()) })),
});

/** The names of the properties that logged events carry, the most frequent first. */
export function useEventProperties(key: Accessor<string>, hasStarted: Accessor<boolean>) {
  return useQuery(() => ({
    queryKey: [...experimentKey(key()), "properties"],
    queryFn: async ({ signal }) => {
      const path = apiPath(["experiments", key(), "events"], { limit: SAMPLED_EVENTS });
      const { events } = await fetchFromApi(path, eventSampleSchema, signal);
      const counts = new Map<string, number>();
      for (const name of events.flatMap(({ properties }) => Object.keys(properties))) {
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return [...counts].toSorted(([, count], [, other]) => other - count).map(([name]) => name);
    },
    enabled: hasStarted(),
    refetchInterval: SLOW_POLL_MILLISECONDS,
  }));
}

/** Whether two experiments on the same units disturb each other: a scan of both logs, so only on demand. */
export function useInteraction(key: Accessor<string>, other: Accessor<string | null>) {
  return useQuery(() => ({
    queryKey: [...experimentKey(key()), "interactions", other()],
    queryFn: ({ signal }) =>
      fetchFromApi(
        apiPath(["experiments", key(), "interactions", other() ?? ""]),
        interactionResultsSchema,
        signal,
      ),
    enabled: other() !== null,
  }));
}

/** A mean's differences with outliers capped: a scan of the log, so only on demand. */
export function useWinsorized(key: Accessor<string>, metric: Accessor<string>, quantile: Accessor<string>) {
  return useQuery(() => ({
    queryKey: [...experimentKey(key()), "winsorized", metric(), quantile()],
    queryFn: ({ signal }) =>
      fetchFromApi(
        apiPath(["experiments", key(), "winsorized"], { metric: metric(), quantile: quantile() }),
        winsorizedResultsSchema,
        signal,
      ),
  }));
}
