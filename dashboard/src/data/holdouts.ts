import { queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import {
  getHoldoutResults,
  getHoldouts,
  type Holdout,
  type holdoutInputSchema,
  holdoutResultsSchema,
  postHoldout,
  postHoldoutEnd,
} from "#contract/holdouts.ts";
import { api } from "./api.ts";
import { SLOW_POLL_MILLISECONDS } from "./polling.ts";
import { useAction } from "./use-action.ts";

export const holdoutQueries = {
  list: () =>
    queryOptions({
      queryKey: ["holdouts"],
      queryFn: ({ signal }) => api.call(getHoldouts, { signal }),
      refetchInterval: SLOW_POLL_MILLISECONDS,
    }),
  results: (key: string) =>
    queryOptions({
      queryKey: ["holdouts", key],
      queryFn: async ({ signal }) =>
        holdoutResultsSchema.parse(
          await api.call(getHoldoutResults, { params: { key }, query: { format: "json" }, signal }),
        ),
      refetchInterval: SLOW_POLL_MILLISECONDS,
    }),
};

/** The same as a Markdown document. @throws ApiError */
export async function fetchHoldoutDocument(key: string): Promise<Blob> {
  return (await api.fetch(getHoldoutResults, { params: { key }, query: { format: "markdown" } })).blob();
}

const invalidates = () => [["holdouts"], ["audit"]] as const;

export function useStartHoldout() {
  return useAction({
    run: (input: z.input<typeof holdoutInputSchema>) => api.call(postHoldout, { body: input }),
    invalidates,
    done: ({ name }) => `${name} has begun`,
  });
}

export function useEndHoldout() {
  return useAction({
    run: ({ holdout, reason }: { holdout: Holdout; reason: string }) =>
      api.call(postHoldoutEnd, { params: { key: holdout.key }, body: { reason } }),
    invalidates,
    done: ({ name }) => `${name} has ended`,
    failed: "Not ended",
  });
}
