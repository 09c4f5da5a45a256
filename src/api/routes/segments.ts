import { segmentQuerySchema, segmentResultsSchema } from "#model/analysis/segments.ts";
import { readSegmentResults } from "#results/segments.ts";
import { ok } from "#shared/result.ts";
import { findExperiment } from "#store/experiments.ts";
import { keyParameterSchema } from "../http/paging.ts";
import { defineRoute } from "../http/route.ts";

export const segmentRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key/segments",
    scope: "read",
    tag: "Results",
    summary: "The results by the values of an event property, exploratory",
    parameters: keyParameterSchema,
    query: segmentQuerySchema,
    reply: segmentResultsSchema,
    async handle({ parameters, query, context: { database, environment, now } }) {
      const found = await findExperiment(database, parameters.key);
      if (!found.ok) return found;
      const results = await readSegmentResults(
        environment.AGGREGATOR,
        database,
        found.value,
        query.property,
        now,
      );
      return results.ok ? ok({ json: results.value }) : results;
    },
  }),
];
