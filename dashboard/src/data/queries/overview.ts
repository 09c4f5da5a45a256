import { useQuery } from "@tanstack/solid-query";
import { overviewSchema } from "#contract/overview.ts";
import { apiPath } from "../api-path.ts";
import { fetchFromApi } from "../fetch-from-api.ts";
import { STEADY_POLL_MILLISECONDS } from "../polling.ts";

export function useOverview() {
  return useQuery(() => ({
    queryKey: ["overview"],
    queryFn: ({ signal }) => fetchFromApi(apiPath(["overview"]), overviewSchema, signal),
    refetchInterval: STEADY_POLL_MILLISECONDS,
  }));
}
