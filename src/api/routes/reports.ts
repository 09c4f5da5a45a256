import { type ExperimentReport, getReport, type ReportFormat } from "#contract/report.ts";
import type { AiConfigVersion } from "#model/config/ai-config.ts";
import { csvReport } from "#reporter/documents/csv.ts";
import { markdownReport } from "#reporter/documents/markdown.ts";
import { readResults } from "#results/results.ts";
import { ok } from "#shared/result.ts";
import { listVersionsByNumber } from "#store/configs.ts";
import { document } from "../http/reply.ts";
import { handle } from "../http/route.ts";
import { withStartedExperiment } from "../http/with-experiment.ts";

interface Writer {
  contentType: string;
  /** Set for what people keep as a file. */
  extension?: string;
  write: (report: ExperimentReport, versions: readonly AiConfigVersion[]) => string;
}

const WRITERS: Record<ReportFormat, Writer> = {
  markdown: {
    contentType: "text/markdown; charset=utf-8",
    write: ({ experiment, results }, versions) => markdownReport(experiment, results, versions),
  },
  csv: { contentType: "text/csv; charset=utf-8", extension: "csv", write: csvReport },
  json: {
    contentType: "application/json",
    extension: "json",
    write: (report) => JSON.stringify(report, null, 2),
  },
};

export const reportRoutes = [
  handle(
    getReport,
    withStartedExperiment(async (experiment, { query, context: { services } }) => {
      const results = await readResults(services, experiment);
      if (!results.ok) return results;
      const { contentType, extension, write } = WRITERS[query.format];
      const { config, variants } = experiment.spec;
      const numbers = variants.map(({ version }) => version);
      const versions =
        query.format === "markdown" ? await listVersionsByNumber(services.database, config, numbers) : [];
      const file = `${experiment.spec.key}.${extension}`;
      const headers =
        extension === undefined ? {} : { "content-disposition": `attachment; filename="${file}"` };
      return ok(document(write({ experiment, results: results.value }, versions), contentType, headers));
    }),
  ),
];
