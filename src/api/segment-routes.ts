import { readSegmentResults } from "../lifecycle/segment-results.ts";
import { success } from "../model/refusal.ts";
import { segmentQuery, segmentResults } from "../model/segments.ts";
import { findExperiment } from "../store/experiments.ts";
import { keyParameter } from "./paging.ts";
import { defineRoute } from "./route.ts";

export const segmentRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key/segments",
    scope: "read",
    tag: "Results",
    summary: "The results by the values of an event property, exploratory",
    parameters: keyParameter,
    query: segmentQuery,
    reply: segmentResults,
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
      return results.ok ? success({ json: results.value }) : results;
    },
  }),
];
