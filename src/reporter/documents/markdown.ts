import type { Comparison, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { ExperimentResults } from "#model/analysis/decision.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { describeLeftOut } from "../describe-left-out.ts";
import { formatCount, formatDifference, formatValue } from "../format.ts";

/** User-given text must not become Markdown structure. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#]/g, "\\$&").replaceAll("\n", " ");
}

function comparisonRow(metric: MetricAnalysis, { variant, difference }: Comparison): string {
  const estimate = metric.variants.find((candidate) => candidate.variant === variant)?.estimate;
  const value = typeof estimate === "number" ? formatValue(metric.definition, estimate) : "–";
  if (difference.status !== "ok") return `| ${plain(variant)} | ${value} | ${difference.reason} | | |`;
  const { lower, upper } = difference.alwaysValid.interval;
  const interval =
    lower === null || upper === null
      ? "unbounded"
      : `${formatDifference(metric.definition, lower)} to ${formatDifference(metric.definition, upper)}`;
  return `| ${plain(variant)} | ${value} | ${formatDifference(metric.definition, difference.estimate)} | ${interval} | ${difference.alwaysValid.pValue.toPrecision(2)} |`;
}

function metricSection(metric: MetricAnalysis, control: string): string {
  const baseline = metric.variants.find(({ variant }) => variant === control)?.estimate;
  const value = typeof baseline === "number" ? formatValue(metric.definition, baseline) : "–";
  return [
    `## ${plain(metric.definition.name)} (${metric.role})`,
    "",
    "| variant | value | difference | always-valid interval | p |",
    "|---|---|---|---|---|",
    `| ${plain(control)} (control) | ${value} | | | |`,
    ...metric.comparisons.map((comparison) => comparisonRow(metric, comparison)),
  ].join("\n");
}

/** One experiment's results as a Markdown document. Pure. */
export function markdownReport(experiment: Experiment, results: ExperimentResults): string {
  const { spec, status } = experiment;
  const { analysis } = results;
  return [
    `# ${plain(spec.name)}`,
    "",
    results.summary,
    "",
    `Status: ${status} · units: ${formatCount(analysis.units)} · events: ${formatCount(analysis.events)} · as of ${new Date(results.takenAt).toISOString()}`,
    "",
    ...(spec.hypothesis === "" ? [] : [plain(spec.hypothesis), ""]),
    ...analysis.metrics.flatMap((metric) => [metricSection(metric, spec.control), ""]),
    `Split: ${analysis.sampleRatio.verdict} · crossed over: ${analysis.multipleExposureUnits} · duplicates: ${analysis.duplicates} · rejected: ${analysis.rejected} · late: ${analysis.late} · engine ${analysis.engineVersion}`,
    "",
    ...describeLeftOut(analysis, spec).flatMap((sentence) => [sentence, ""]),
    ...(results.unvouched ? [results.unvouched.summary, ""] : []),
  ].join("\n");
}
