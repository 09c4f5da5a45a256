import { z } from "zod";
import {
  type ExperimentReport,
  experimentReportSchema,
  type ReportFormat,
  reportQuerySchema,
} from "#contract/report.ts";
import { csvReport } from "#reporter/documents/csv.ts";
import { htmlReport } from "#reporter/documents/html.ts";
import { markdownReport } from "#reporter/documents/markdown.ts";
import { readResults } from "#results/results.ts";
import { ok } from "#shared/result.ts";
import { findExperiment } from "#store/experiments.ts";
import { keyParameterSchema } from "../http/paging.ts";
import { defineRoute } from "../http/route.ts";

interface Writer {
  contentType: string;
  /** Set for what people keep as a file. */
  extension?: string;
  write: (report: ExperimentReport) => string;
}

const WRITERS: Record<ReportFormat, Writer> = {
  markdown: {
    contentType: "text/markdown; charset=utf-8",
    write: ({ experiment, results }) => markdownReport(experiment, results),
  },
  html: { contentType: "text/html; charset=utf-8", write: htmlReport },
  csv: { contentType: "text/csv; charset=utf-8", extension: "csv", write: csvReport },
  json: {
    contentType: "application/json",
    extension: "json",
    write: (report) => JSON.stringify(report, null, 2),
  },
};

export const reportRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/experiments/:key/report",
    scope: "read",
    tag: "Results",
    summary: "The results as a document: Markdown, a printable page, a table, or data",
    parameters: keyParameterSchema,
    query: reportQuerySchema,
    reply: z.string(),
    documentedReplies: {
      "text/markdown": z.string(),
      "text/html": z.string(),
      "text/csv": z.string(),
      "application/json": experimentReportSchema,
    },
    async handle({ parameters, query, context: { database, environment, now } }) {
      const found = await findExperiment(database, parameters.key);
      if (!found.ok) return found;
      const experiment = found.value;
      const results = await readResults(environment.AGGREGATOR, database, experiment, now);
      if (!results.ok) return results;
      const { contentType, extension, write } = WRITERS[query.format];
      return ok({
        text: write({ experiment, results: results.value }),
        contentType,
        ...(extension !== undefined && {
          headers: { "content-disposition": `attachment; filename="${experiment.spec.key}.${extension}"` },
        }),
      });
    },
  }),
];
