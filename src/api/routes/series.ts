import { getSeries } from "#contract/series.ts";
import { err, ok } from "#shared/result.ts";
import { readSeries } from "#store/series.ts";
import { handle } from "../http/route.ts";
import { withStartedExperiment } from "../http/with-experiment.ts";

export const seriesRoutes = [
  handle(
    getSeries,
    withStartedExperiment(async ({ spec }, { query, context: { services } }) => {
      const measured = spec.metrics.find(({ metric, role }) =>
        query.metric === undefined ? role === "primary" : metric === query.metric,
      );
      if (!measured) {
        return err("invalid_input", "The experiment does not measure this metric.", [
          { path: "/metric", code: "unknown_metric", message: `there is no metric '${query.metric}' in it` },
        ]);
      }
      const { metric } = measured;
      const points = await readSeries(services.database, spec.key, metric);
      return ok({ experiment: spec.key, metric, points });
    }),
  ),
];
