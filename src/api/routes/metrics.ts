import {
  deleteMetric,
  getMetric,
  getMetrics,
  patchMetric,
  postMetric,
  postMetricPreview,
  putMetric,
} from "#contract/metrics.ts";
import { completeMetric, metricDefinitionSchema } from "#model/metric/metric.ts";
import { previewMetric } from "#results/metric-preview.ts";
import { ok } from "#shared/result.ts";
import { archiveMetric, listArchivedMetrics, deleteMetric as removeMetric } from "#store/archive-metrics.ts";
import { createMetric, findMetric, listMetrics, replaceMetric } from "#store/metrics.ts";
import { parseInput } from "../http/body.ts";
import { handle } from "../http/route.ts";

export const metricRoutes = [
  handle(getMetrics, async ({ query, context: { services } }) => {
    const [all, archived] = await Promise.all([
      listMetrics(services.database),
      listArchivedMetrics(services.database),
    ]);
    return query.archived
      ? ok({ metrics: all, archived })
      : ok({ metrics: all.filter(({ key }) => !archived.includes(key)), archived: [] });
  }),
  handle(postMetric, ({ body, context: { services, act } }) =>
    createMetric(services.database, completeMetric(body), act()),
  ),
  handle(postMetricPreview, ({ body, context: { services } }) =>
    previewMetric(services, body.definition, body.experiment),
  ),
  handle(getMetric, ({ parameters, context: { services } }) => findMetric(services.database, parameters.key)),
  handle(putMetric, ({ parameters, body, context: { services, act } }) => {
    const definition = parseInput(metricDefinitionSchema, { ...body, key: parameters.key });
    if (!definition.ok) return definition;
    return replaceMetric(services.database, completeMetric(definition.value), act());
  }),
  handle(patchMetric, ({ parameters, body, context: { services, act } }) =>
    archiveMetric(services.database, parameters.key, body.archived, act()),
  ),
  handle(deleteMetric, ({ parameters, context: { services, act } }) =>
    removeMetric(services.database, parameters.key, act()),
  ),
];
