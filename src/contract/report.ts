import * as z from "zod";
import { experimentResultsSchema } from "#model/analysis/results.ts";
import { experimentSchema } from "#model/experiment/experiment.ts";
import { endpoint } from "./endpoint.ts";
import { keyParameterSchema } from "./parameters.ts";

export const reportFormatSchema = z.enum(["markdown", "csv", "json"]);
export type ReportFormat = z.infer<typeof reportFormatSchema>;

/** `?format=` */
export const reportQuerySchema = z.strictObject({ format: reportFormatSchema.default("markdown") });

/** A report as data: an experiment with all its results, to keep or to compute with. */
export const experimentReportSchema = z
  .strictObject({ experiment: experimentSchema, results: experimentResultsSchema })
  .meta({ id: "ExperimentReport" });
export type ExperimentReport = z.infer<typeof experimentReportSchema>;

export const getReport = endpoint({
  method: "GET",
  path: "/v1/experiments/:key/report",
  scope: "read",
  tag: "Results",
  summary: "The results as a document: Markdown, a table, or data",
  parameters: keyParameterSchema,
  query: reportQuerySchema,
  reply: z.string(),
  replies: {
    "text/markdown": z.string(),
    "text/csv": z.string(),
    "application/json": experimentReportSchema,
  },
});
