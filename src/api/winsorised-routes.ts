import { readWinsorisedResults } from "../lifecycle/winsorised-results.ts";
import { success } from "../model/refusal.ts";
import { winsorisedQuery, winsorisedResults } from "../model/winsorised.ts";
import { findExperiment } from "../store/experiments.ts";
import { keyParameter } from "./paging.ts";
import { defineRoute } from "./route.ts";

export const winsorisedRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key/winsorised",
    scope: "read",
    tag: "Results",
    summary: "A mean's differences with outliers capped at a quantile of all units",
    parameters: keyParameter,
    query: winsorisedQuery,
    reply: winsorisedResults,
    async handle({ parameters, query, context: { database, environment, now } }) {
      const found = await findExperiment(database, parameters.key);
      if (!found.ok) return found;
      const results = await readWinsorisedResults(environment.AGGREGATOR, database, found.value, query, now);
      return results.ok ? success({ json: results.value }) : results;
    },
  }),
];
