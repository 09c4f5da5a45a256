import { valueOfSilence } from "#analyzer/estimates/unit-statistics.ts";
import type { MetricAnalysis } from "#model/analysis/analysis.ts";
import type { DecisionReasonCode } from "#model/analysis/decision.ts";
import { REPORTING_THRESHOLD, type ReportingCheck } from "#model/analysis/reporting.ts";
import type { Check, DecisionInput } from "./check.ts";
import { growingVariantOf } from "./growing.ts";

interface Finding {
  code: Extract<DecisionReasonCode, "response_rates_differ" | "events_per_unit_differ">;
  /** Null for outcome events of any kind. */
  metric: string | null;
  difference: number | null;
  pValue: number;
}

function suspicious(checks: readonly ReportingCheck[], variant: string) {
  return checks.flatMap(({ pValue, ...check }) =>
    check.variant === variant && pValue !== null && pValue < REPORTING_THRESHOLD
      ? [{ difference: check.difference, pValue }]
      : [],
  );
}

/** The metrics that a promotion rests on; what is only looked at may be reported as it likes. */
function decides({ spec }: DecisionInput, { metric, role }: MetricAnalysis): boolean {
  return role !== "secondary" || (spec.rule.type === "non_inferiority" && metric === spec.rule.objective);
}

function findingsAbout(input: DecisionInput, variant: string): Finding[] {
  const { analysis, spec } = input;
  const deciding = analysis.metrics.filter((metric) => decides(input, metric));
  // An app that logs successes only is silent about everybody else: that is what its metrics measure.
  const isSilenceMeasured = deciding.every(({ definition }) => valueOfSilence(definition) !== undefined);
  const any = suspicious(isSilenceMeasured ? [] : (analysis.responses?.checks ?? []), variant).map(
    (check) => ({
      ...check,
      code: "response_rates_differ" as const,
      metric: null,
    }),
  );
  const ofMetrics = deciding.flatMap(({ metric, reporting }): Finding[] => [
    ...suspicious(reporting?.responses ?? [], variant).map((check) => ({
      ...check,
      code: "response_rates_differ" as const,
      metric,
    })),
    ...(spec.acceptUnequalEvents ? [] : suspicious(reporting?.eventsPerUnit ?? [], variant)).map((check) => ({
      ...check,
      code: "events_per_unit_differ" as const,
      metric,
    })),
  ]);
  return [...any, ...ofMetrics];
}

/** Whether nothing is held against how a treatment's units report. */
export function reportsLikeControl(input: DecisionInput, variant: string): boolean {
  return findingsAbout(input, variant).length === 0;
}

/**
 * A treatment that loses the users it serves badly, or makes some of them ask more often, moves averages over answers
 * without serving anybody better. Nothing is promoted while the winner's units do not report like control's.
 */
export const reportingDiffers: Check = {
  name: "reporting_differs",
  evaluate(input) {
    const winner = growingVariantOf(input);
    const threshold = REPORTING_THRESHOLD;
    if (winner === undefined) return { applies: false, facts: { threshold } };
    const [worst] = findingsAbout(input, winner).toSorted((a, b) => a.pValue - b.pValue);
    if (!worst) return { applies: false, facts: { threshold, winner } };
    const { code, metric, difference, pValue } = worst;
    const facts = { winner, metric, difference, pValue, threshold };
    return { applies: true, facts, action: "continue", code, variant: null };
  },
};
