import { metricListSchema } from "#contract/lists.ts";
import { completeMetric, metricDefinitionSchema, metricUpdateSchema } from "#model/metric/metric.ts";
import { metricPreviewInputSchema, metricPreviewSchema } from "#model/metric/preview.ts";
import { previewMetric } from "#results/metric-preview.ts";
import { ok } from "#shared/result.ts";
import { createMetric, findMetric, listMetrics, replaceMetric } from "#store/metrics.ts";
import { parseInput } from "../http/body.ts";
import { keyParameterSchema } from "../http/paging.ts";
import { defineRoute } from "../http/route.ts";

const tag = "Metrics";

export const metricRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/metrics",
    scope: "read",
    tag,
    summary: "All metric definitions",
    reply: metricListSchema,
    handle: async ({ context }) => ok({ json: { metrics: await listMetrics(context.database) } }),
  }),
  defineRoute({
    method: "POST",
    path: "/v1/metrics",
    scope: "admin",
    tag,
    summary: "Defines a metric",
    body: metricDefinitionSchema,
    reply: metricDefinitionSchema,
    status: 201,
    async handle({ body, context: { database, actor, now } }) {
      const created = await createMetric(database, completeMetric(body), actor, now);
      return created.ok ? ok({ json: created.value, status: 201 }) : created;
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/metrics/preview",
    scope: "read",
    tag,
    summary: "What a definition makes of the newest logged events, before it is saved",
    body: metricPreviewInputSchema,
    reply: metricPreviewSchema,
    async handle({ body, context: { database } }) {
      const preview = await previewMetric(database, body.definition, body.experiment);
      return preview.ok ? ok({ json: preview.value }) : preview;
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/metrics/:key",
    scope: "read",
    tag,
    summary: "One metric definition",
    parameters: keyParameterSchema,
    reply: metricDefinitionSchema,
    async handle({ parameters, context }) {
      const found = await findMetric(context.database, parameters.key);
      return found.ok ? ok({ json: found.value }) : found;
    },
  }),
  defineRoute({
    method: "PUT",
    path: "/v1/metrics/:key",
    scope: "admin",
    tag,
    summary: "Replaces a metric's definition; experiments that have started keep theirs",
    parameters: keyParameterSchema,
    body: metricUpdateSchema,
    reply: metricDefinitionSchema,
    async handle({ parameters, body, context: { database, actor, now } }) {
      const definition = parseInput(metricDefinitionSchema, { ...body, key: parameters.key });
      if (!definition.ok) return definition;
      const replaced = await replaceMetric(database, completeMetric(definition.value), actor, now);
      return replaced.ok ? ok({ json: replaced.value }) : replaced;
    },
  }),
];
