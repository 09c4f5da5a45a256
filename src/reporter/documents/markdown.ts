import type { Comparison, MetricAnalysis } from "#model/analysis/analysis.ts";
import type { ExperimentResults } from "#model/analysis/results.ts";
import type { AiConfigVersion } from "#model/config/ai-config.ts";
import type { Experiment, ExperimentSpec } from "#model/experiment/experiment.ts";
import { findConfigDifferences } from "../config-differences.ts";
import { actionLabels, checkQuestions, reasonLabels } from "../decision-text.ts";
import { describeAdjustment } from "../describe-adjustment.ts";
import { describeEvidence } from "../describe-evidence.ts";
import { describeLeftOut } from "../describe-left-out.ts";
import { describeMethods } from "../describe-methods.ts";
import { formatDifference, formatInterval, formatValue } from "../metric-values.ts";
import { formatCount, formatPValueCell } from "../numbers.ts";
import { timelineOf } from "../timeline.ts";
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

function metricSection(metric: MetricAnalysis, { control, metrics }: ExperimentSpec): string {
  const adjustment = describeAdjustment(metric);
  const isAdded = metrics.some((known) => known.metric === metric.metric && known.addedAt !== undefined);
  return [
    `## ${plain(metric.definition.name)} (${metric.role}${isAdded ? ", added while running: exploratory" : ""})`,
    "",
    "| variant | value | difference | always-valid interval | p |",
    "|---|---|---|---|---|",
    `| ${plain(control)} (control) | ${valueText(metric, control)} | | | |`,
    ...metric.comparisons.map((comparison) => comparisonRow(metric, comparison)),
    ...(adjustment ? ["", plain(adjustment)] : []),
  ].join("\n");
}

/** A prompt may be long; what is beyond this is in the dashboard. */
const MAXIMUM_TEXT = 2_000;

function quoted(text: string | null): string {
  if (text === null) return "not set";
  const shown = text.length > MAXIMUM_TEXT ? `${text.slice(0, MAXIMUM_TEXT)}…` : text;
  return `“${plain(shown)}”`;
}

function changeSection({ spec }: Experiment, versions: readonly AiConfigVersion[]): string[] {
  const contentOf = (wanted: string) => {
    const number = spec.variants.find(({ key }) => key === wanted)?.version;
    return versions.find(({ version }) => version === number)?.value;
  };
  const control = contentOf(spec.control);
  const treatments = spec.variants.filter(({ key }) => key !== spec.control);
  const lines = treatments.flatMap(({ key, version }) => {
    const value = contentOf(key);
    if (!control || !value) return [];
    const differences = findConfigDifferences(control, value);
    const changes = differences.map(
      ({ field, before, after }) => `  - ${plain(field)}: ${quoted(before)} → ${quoted(after)}`,
    );
    return [
      `- **${plain(key)}** (version ${version})${changes.length === 0 ? ": no difference" : ""}`,
      ...changes,
    ];
  });
  return lines.length === 0 ? [] : ["## What changed", "", ...lines, ""];
}

function decisionSection({ decision }: ExperimentResults): string[] {
  const { action, variant, reason, evidence } = decision;
  return [
    "## Decision and evidence",
    "",
    `${actionLabels[action]}${variant === null ? "" : ` (${plain(variant)})`}: ${reasonLabels[reason.code]}`,
    "",
    ...evidence.map(
      (check) =>
        `- ${checkQuestions[check.rule]} **${check.applies ? "Yes" : "No"}.** ${plain(describeEvidence(check))}.`,
    ),
    "",
  ];
}

function timelineSection(experiment: Experiment): string[] {
  const lines = timelineOf(experiment).map(
    ({ at, words }) => `- ${new Date(at).toISOString()}: ${plain(words)}`,
  );
  return ["## Timeline", "", ...lines, ""];
}

function qualitySection({ spec }: Experiment, { analysis, unvouched }: ExperimentResults): string[] {
  return [
    "## Data quality",
    "",
    `Split: ${analysis.sampleRatio.verdict} · multiple exposures: ${analysis.multipleExposureUnits} · duplicates: ${analysis.duplicates} · rejected: ${analysis.rejected} · late: ${analysis.late} · engine ${analysis.engineVersion}`,
    "",
    ...describeLeftOut(analysis, spec).flatMap((sentence) => [sentence, ""]),
    ...(unvouched ? [unvouched.summary, ""] : []),
  ];
}

/**
 * One experiment as a Markdown document: the question, what changed, the results, the decision, what happened, how good the data
 * are, and how the numbers were made. Pure.
 * @param versions those of its variants, as far as they are known
 */
export function markdownReport(
  experiment: Experiment,
  results: ExperimentResults,
  versions: readonly AiConfigVersion[] = [],
): string {
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
    ...changeSection(experiment, versions),
    ...analysis.metrics.flatMap((metric) => [metricSection(metric, spec), ""]),
    ...decisionSection(results),
    ...timelineSection(experiment),
    ...qualitySection(experiment, results),
    "## Methods",
    "",
    ...describeMethods(spec, analysis).map((sentence) => `- ${sentence}`),
    "",
  ].join("\n");
}
