import { z } from "zod";
import { experimentResults } from "#model/analysis/decision.ts";
import { experiment } from "#model/experiment/experiment.ts";

export const reportFormat = z.enum(["markdown", "html", "csv", "json"]);
export type ReportFormat = z.infer<typeof reportFormat>;

/** `?format=` */
export const reportQuery = z.strictObject({ format: reportFormat.default("markdown") });

/** A report as data: an experiment with all its results, to keep or to compute with. */
export const experimentReport = z
  .strictObject({ experiment, results: experimentResults })
  .meta({ id: "ExperimentReport" });
export type ExperimentReport = z.infer<typeof experimentReport>;
