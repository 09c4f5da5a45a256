import { seriesQuerySchema, seriesSchema } from "#contract/series.ts";
import { err, ok } from "#shared/result.ts";
import { findExperiment } from "#store/experiments.ts";
import { readSeries } from "#store/series.ts";
import { keyParameterSchema } from "../http/paging.ts";
import { defineRoute } from "../http/route.ts";

export const seriesRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key/series",
    scope: "read",
    tag: "Results",
    summary: "How a metric's differences and the units developed from analysis to analysis",
    parameters: keyParameterSchema,
    query: seriesQuerySchema,
    reply: seriesSchema,
    async handle({ parameters, query, context: { database } }) {
      const found = await findExperiment(database, parameters.key);
      if (!found.ok) return found;
      const { spec, status } = found.value;
      if (status === "draft")
        return err("not_started", "The experiment has not started: there are no results yet.");
      const wanted = spec.metrics.find(({ metric, role }) =>
        query.metric === undefined ? role === "primary" : metric === query.metric,
      );
      if (!wanted) {
        return err("invalid_input", "The experiment does not measure this metric.", [
          { path: "/metric", code: "unknown_metric", message: `there is no metric '${query.metric}' in it` },
        ]);
      }
      const { metric } = wanted;
      const points = await readSeries(database, spec.key, metric);
      return ok({ json: { experiment: spec.key, metric, points } });
    },
  }),
];
