import { winsorizedQuerySchema, winsorizedResultsSchema } from "#model/analysis/winsorized.ts";
import { readWinsorizedResults } from "#results/winsorized.ts";
import { ok } from "#shared/result.ts";
import { findExperiment } from "#store/experiments.ts";
import { keyParameterSchema } from "../http/paging.ts";
import { defineRoute } from "../http/route.ts";

export const winsorizedRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key/winsorized",
    scope: "read",
    tag: "Results",
    summary: "A mean's differences with outliers capped at a quantile of all units",
    parameters: keyParameterSchema,
    query: winsorizedQuerySchema,
    reply: winsorizedResultsSchema,
    async handle({ parameters, query, context: { database, environment, now } }) {
      const found = await findExperiment(database, parameters.key);
      if (!found.ok) return found;
      const results = await readWinsorizedResults(environment.AGGREGATOR, database, found.value, query, now);
      return results.ok ? ok({ json: results.value }) : results;
    },
  }),
];
