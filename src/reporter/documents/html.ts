import type { ExperimentReport } from "#contract/report.ts";
import type { Comparison, MetricAnalysis } from "#model/analysis/analysis.ts";
import { describeLeftOut } from "../describe-left-out.ts";
import { formatDifference, formatInterval, formatValue } from "../metric-values.ts";
import { formatChance, formatCount, formatPValueCell } from "../numbers.ts";
import { html, Markup } from "./markup.ts";

const STYLE = new Markup(`
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0.25rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
.summary { font-size: 1.05rem; }
.facts { color: #57606a; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 0.35rem 0.6rem; border-bottom: 1px solid #d0d7de; }
th:first-child, td:first-child { text-align: left; }
thead th { border-bottom: 2px solid #57606a; font-weight: 600; }
@media print {
  body { margin: 0; max-width: none; font-size: 11px; }
  section { break-inside: avoid; }
}
`);

const NOTHING = "–";

function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function comparisonCells(metric: MetricAnalysis, comparison: Comparison | undefined): Markup {
  if (!comparison) return html`<td colspan="4">${NOTHING}</td>`;
  const { difference, bayesian } = comparison;
  if (difference.status !== "ok") return html`<td colspan="4">${difference.reason.replaceAll("_", " ")}</td>`;
  const chance = bayesian.status === "ok" ? formatChance(bayesian.chanceToWin) : NOTHING;
  return html`<td>${formatDifference(metric.definition, difference.estimate, difference.standardError)}</td>
<td>${formatInterval(metric.definition, difference.alwaysValid.interval, difference.standardError)}</td>
<td>${formatPValueCell(difference.alwaysValid.pValue)}</td><td>${chance}</td>`;
}

function metricSection({ experiment, results }: ExperimentReport, metric: MetricAnalysis): Markup {
  const rows = metric.variants.map(({ variant, units, estimate, standardError }) => {
    const comparison = metric.comparisons.find((each) => each.variant === variant);
    const verdict = results.guardrails.find(
      (each) => each.metric === metric.metric && each.variant === variant,
    )?.verdict;
    const label = variant === experiment.spec.control ? `${variant} (control)` : variant;
    return html`<tr><td>${label}</td><td>${formatCount(units)}</td>
<td>${estimate === null ? NOTHING : formatValue(metric.definition, estimate, standardError)}</td>
${comparisonCells(metric, comparison)}${metric.role === "guardrail" ? html`<td>${verdict ?? NOTHING}</td>` : ""}</tr>
`;
  });
  return html`<section><h2>${metric.definition.name} (${metric.role})</h2>
<table><thead><tr><th scope="col">Variant</th><th scope="col">Units</th><th scope="col">Value</th>
<th scope="col">Difference</th><th scope="col">Always-valid interval</th><th scope="col">p</th>
<th scope="col">Chance to win</th>${metric.role === "guardrail" ? html`<th scope="col">Guardrail</th>` : ""}</tr></thead>
<tbody>${rows}</tbody></table></section>
`;
}

function qualityOf({ results }: ExperimentReport): string {
  const { sampleRatio, multipleExposureUnits, duplicates, rejected, late, engineVersion } = results.analysis;
  return `Split: ${sampleRatio.verdict.replaceAll("_", " ")} · multiple exposures: ${formatCount(multipleExposureUnits)} · duplicates: ${formatCount(duplicates)} · rejected: ${formatCount(rejected)} · late: ${formatCount(late)} · engine ${engineVersion}`;
}

/**
 * One experiment's results as a page of its own that prints well: no scripts, no links to anything, every text escaped,
 * and a policy that would stop whatever got through. Pure.
 */
export function htmlReport(report: ExperimentReport): string {
  const { experiment, results } = report;
  const { spec, status, startedAt, endedAt } = experiment;
  const { analysis, summary, conclusion, takenAt } = results;
  const period = [
    ...(startedAt === null ? [] : [`started ${time(startedAt)}`]),
    ...(endedAt === null ? [] : [`ended ${time(endedAt)}`]),
  ].join(" · ");
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${spec.name}</title><style>${STYLE}</style></head><body>
<h1>${spec.name}</h1>
<p class="summary">${summary}</p>
<p class="facts">${spec.key} on ${spec.config} · ${status.replaceAll("_", " ")} · ${period}<br>
${formatCount(analysis.units)} units · ${formatCount(analysis.events)} events · as of ${time(takenAt)}</p>
${spec.hypothesis === "" ? "" : html`<p>${spec.hypothesis}</p>\n`}${
  conclusion
    ? html`<p>Ended by ${conclusion.actor} (${conclusion.action}, ${conclusion.variant}): ${conclusion.reason}</p>\n`
    : ""
}${analysis.metrics.map((metric) => metricSection(report, metric))}
<p class="facts">${[qualityOf(report), ...describeLeftOut(analysis, spec)].join(" · ")}</p>
${results.unvouched ? html`<p class="facts">${results.unvouched.summary}</p>\n` : ""}</body></html>
`.text;
}
