import { queryOptions } from "@tanstack/solid-query";
import { getOverview } from "#contract/overview.ts";
import { api } from "./api.ts";
import { STEADY_POLL_MILLISECONDS } from "./polling.ts";

export const overviewQueries = {
  current: () =>
    queryOptions({
      queryKey: ["overview"],
      queryFn: ({ signal }) => api.call(getOverview, { signal }),
      refetchInterval: STEADY_POLL_MILLISECONDS,
    }),
};
