import type { ExperimentReport } from "#contract/report.ts";
import type { MetricAnalysis, VariantEstimate } from "#model/analysis/analysis.ts";
import type { Interval } from "#model/analysis/interval.ts";

export type Cell = string | number | null;

/** Spreadsheets run what begins like this. Numbers, whose minus sign is one, never pass through here. */
const FORMULA_START = /^[=+\-@\t\r]/;

/** A cell by RFC 4180; a text that a spreadsheet would run as a formula gets an apostrophe, which makes it text. */
function cellOf(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA_START.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line with its end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellOf).join(",")}\r\n`;
}

function ends(prefix: string, interval: Interval | null | undefined): Record<string, Cell> {
  return { [`${prefix}_lower`]: interval?.lower ?? null, [`${prefix}_upper`]: interval?.upper ?? null };
}

function comparisonCells({ comparisons }: MetricAnalysis, variant: string): Record<string, Cell> {
  const comparison = comparisons.find((candidate) => candidate.variant === variant);
  const difference = comparison?.difference.status === "ok" ? comparison.difference : undefined;
  const relative = comparison?.relative.status === "ok" ? comparison.relative : undefined;
  const bayesian = comparison?.bayesian.status === "ok" ? comparison.bayesian : undefined;
  return {
    difference: difference?.estimate ?? null,
    difference_standard_error: difference?.standardError ?? null,
    method: difference?.method ?? null,
    unavailable: comparison?.difference.status === "unavailable" ? comparison.difference.reason : null,
    ...ends("interval", difference?.interval),
    p_value: difference?.pValue ?? null,
    ...ends("always_valid", difference?.alwaysValid.interval),
    always_valid_p_value: difference?.alwaysValid.pValue ?? null,
    ...ends("corrected_always_valid", difference?.corrected?.alwaysValid.interval),
    corrected_always_valid_p_value: difference?.corrected?.alwaysValid.pValue ?? null,
    relative_difference: relative?.estimate ?? null,
    ...ends("relative", relative?.interval),
    ...ends("relative_always_valid", relative?.alwaysValidInterval),
    chance_to_win: bayesian?.chanceToWin ?? null,
    expected_loss: bayesian?.expectedLoss ?? null,
  };
}

function guardrailCells(
  { results }: ExperimentReport,
  metric: string,
  variant: string,
): Record<string, Cell> {
  const guardrail = results.guardrails.find((each) => each.metric === metric && each.variant === variant);
  return {
    guardrail_verdict: guardrail?.verdict ?? null,
    guardrail_harm: guardrail?.harm ?? null,
    guardrail_tolerated: guardrail?.tolerated ?? null,
    ...ends("guardrail_excess", guardrail?.excess),
  };
}

function rowOf(report: ExperimentReport, metric: MetricAnalysis, arm: VariantEstimate): Record<string, Cell> {
  const { spec, status } = report.experiment;
  const { name, type, direction, displayUnit } = metric.definition;
  return {
    experiment: spec.key,
    status,
    taken_at: new Date(report.results.takenAt).toISOString(),
    metric: metric.metric,
    metric_name: name,
    role: metric.role,
    type,
    direction,
    display_unit: displayUnit,
    variant: arm.variant,
    arm: arm.variant === spec.control ? "control" : "treatment",
    units: arm.units,
    observations: arm.observations,
    estimate: arm.estimate,
    standard_error: arm.standardError,
    adjusted_estimate: arm.adjustedEstimate,
    ...comparisonCells(metric, arm.variant),
    ...guardrailCells(report, metric.metric, arm.variant),
  };
}

/** One row per metric and variant, in full precision. A cell is empty where there is no number. Pure. */
export function csvReport(report: ExperimentReport): string {
  const rows = report.results.analysis.metrics.flatMap((metric) =>
    metric.variants.map((arm) => rowOf(report, metric, arm)),
  );
  const lines = [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))];
  return lines.map(csvLine).join("");
}
