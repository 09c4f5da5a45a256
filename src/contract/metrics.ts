import {
  metricArchivingSchema,
  metricDefinitionSchema,
  metricUpdateSchema,
  newMetricSchema,
} from "#model/metric/metric.ts";
import { metricPreviewInputSchema, metricPreviewSchema } from "#model/metric/preview.ts";
import { endpoint } from "./endpoint.ts";
import { metricListSchema } from "./lists.ts";
import { archivedQuerySchema, keyParameterSchema } from "./parameters.ts";

const tag = "Metrics";

export const getMetrics = endpoint({
  method: "GET",
  path: "/v1/metrics",
  scope: "read",
  tag,
  summary: "All metric definitions; those that are archived only with `archived=true`",
  query: archivedQuerySchema,
  reply: metricListSchema,
});

export const postMetric = endpoint({
  method: "POST",
  path: "/v1/metrics",
  scope: "admin",
  tag,
  summary: "Defines a metric",
  body: newMetricSchema,
  reply: metricDefinitionSchema,
  status: 201,
});

export const postMetricPreview = endpoint({
  method: "POST",
  path: "/v1/metrics/preview",
  scope: "read",
  tag,
  summary: "What a definition makes of the newest logged events, before it is saved",
  body: metricPreviewInputSchema,
  reply: metricPreviewSchema,
});

export const getMetric = endpoint({
  method: "GET",
  path: "/v1/metrics/:key",
  scope: "read",
  tag,
  summary: "One metric definition",
  parameters: keyParameterSchema,
  reply: metricDefinitionSchema,
});

export const putMetric = endpoint({
  method: "PUT",
  path: "/v1/metrics/:key",
  scope: "admin",
  tag,
  summary: "Replaces a metric's definition; experiments that have started keep theirs",
  parameters: keyParameterSchema,
  body: metricUpdateSchema,
  reply: metricDefinitionSchema,
});

export const patchMetric = endpoint({
  method: "PATCH",
  path: "/v1/metrics/:key",
  scope: "admin",
  tag,
  summary: "Archives a metric that no active experiment has, or brings it back",
  parameters: keyParameterSchema,
  body: metricArchivingSchema,
  reply: metricDefinitionSchema,
});

export const deleteMetric = endpoint({
  method: "DELETE",
  path: "/v1/metrics/:key",
  scope: "admin",
  tag,
  summary: "Deletes a metric that no experiment or holdout has ever had, and no other metric is made of",
  parameters: keyParameterSchema,
  reply: metricDefinitionSchema,
});
