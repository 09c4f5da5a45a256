import { getMetric, getMetrics, postMetric, postMetricPreview, putMetric } from "#contract/metrics.ts";
import { completeMetric, metricDefinitionSchema } from "#model/metric/metric.ts";
import { previewMetric } from "#results/metric-preview.ts";
import { ok } from "#shared/result.ts";
import { createMetric, findMetric, listMetrics, replaceMetric } from "#store/metrics.ts";
import { parseInput } from "../http/body.ts";
import { handle } from "../http/route.ts";

export const metricRoutes = [
  handle(getMetrics, async ({ context: { services } }) =>
    ok({ metrics: await listMetrics(services.database) }),
  ),
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
];
