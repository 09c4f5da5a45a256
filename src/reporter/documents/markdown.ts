import type { Comparison, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { describeLeftOut } from "../describe-left-out.ts";
import { describePhaseCause, describePhaseWeights } from "../describe-phase.ts";
import { formatDifference, formatInterval, formatValue } from "../metric-values.ts";
import { formatCount, formatPValueCell } from "../numbers.ts";
import { plainMarkdown as plain } from "./plain-markdown.ts";

function valueText({ definition, variants }: MetricAnalysis, wanted: string): string {
  const arm = variants.find(({ variant }) => variant === wanted);
  return typeof arm?.estimate === "number"
    ? plain(formatValue(definition, arm.estimate, arm.standardError))
    : "–";
}

function comparisonRow(metric: MetricAnalysis, { variant, difference }: Comparison): string {
  const value = valueText(metric, variant);
  if (difference.status !== "ok") return `| ${plain(variant)} | ${value} | ${difference.reason} | | |`;
  const { estimate, standardError, alwaysValid } = difference;
  const change = plain(formatDifference(metric.definition, estimate, standardError));
  const interval = plain(formatInterval(metric.definition, alwaysValid.interval, standardError));
  return `| ${plain(variant)} | ${value} | ${change} | ${interval} | ${formatPValueCell(alwaysValid.pValue)} |`;
}

function metricSection(metric: MetricAnalysis, control: string): string {
  return [
    `## ${plain(metric.definition.name)} (${metric.role})`,
    "",
    "| variant | value | difference | always-valid interval | p |",
    "|---|---|---|---|---|",
    `| ${plain(control)} (control) | ${valueText(metric, control)} | | | |`,
    ...metric.comparisons.map((comparison) => comparisonRow(metric, comparison)),
  ].join("\n");
}

/** Phases begin one after the other; more than these say little. */
const NEWEST_PHASES = 10;

function phaseSection(experiment: Experiment): string[] {
  const { phases } = experiment;
  if (phases.length < 2) return [];
  const lines = phases.map((phase, index) => {
    const cause = plain(describePhaseCause(phase));
    const since = new Date(phase.startedAt).toISOString();
    return `- Phase ${index + 1} from ${since}: ${plain(describePhaseWeights(experiment, phase))} (${cause})`;
  });
  return ["## Phases of weights", "", ...lines.slice(-NEWEST_PHASES), ""];
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
    ...phaseSection(experiment),
    `Split: ${analysis.sampleRatio.verdict} · multiple exposures: ${analysis.multipleExposureUnits} · duplicates: ${analysis.duplicates} · rejected: ${analysis.rejected} · late: ${analysis.late} · engine ${analysis.engineVersion}`,
    "",
    ...describeLeftOut(analysis, spec).flatMap((sentence) => [sentence, ""]),
    ...(results.unvouched ? [results.unvouched.summary, ""] : []),
  ].join("\n");
}
