import { queryOptions } from "@tanstack/solid-query";
import { getPortfolio } from "#contract/portfolio.ts";
import { api } from "./api.ts";
import { SLOW_POLL_MILLISECONDS } from "./polling.ts";

export const portfolioQueries = {
  all: () =>
    queryOptions({
      queryKey: ["portfolio"],
      queryFn: ({ signal }) => api.call(getPortfolio, { query: { format: "json" }, signal }),
      refetchInterval: SLOW_POLL_MILLISECONDS,
    }),
};

/** The same as a Markdown document. @throws ApiError */
export async function fetchPortfolioDocument(): Promise<Blob> {
  return (await api.fetch(getPortfolio, { query: { format: "markdown" } })).blob();
}
