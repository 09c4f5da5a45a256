import { analyze } from "#analyzer/experiment/analyze.ts";
import { decide } from "#decider/decide.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { ExperimentInput } from "#model/experiment/experiment.ts";
import { explainDecision } from "#reporter/explain-decision.ts";
import { metric, momentsOfCounts, spec, totals } from "#tools/builders/moments-builder.ts";

export const metricDefinitions = [
  metric(),
  metric({ key: "error", name: "Errors", direction: "decrease" }),
  metric({ key: "cost_usd", name: "CO₂ per answer", direction: "decrease" }),
];

export const MINUTE = 60_000;

export function decideOn(
  overrides: Partial<ExperimentInput>,
  data: ExperimentTotals,
  elapsed = MINUTE,
  switchedOff: readonly string[] = [],
) {
  const described = spec({ minimumUnits: 100, plannedUnits: 2_000, ...overrides });
  const analysis = analyze({ spec: described, metricDefinitions, totals: data, switchedOff, now: elapsed });
  const guardrails = judgeGuardrails(described, analysis);
  const decided = decide({
    spec: described,
    analysis,
    guardrails,
    switchedOff,
    startedAt: 0,
    now: elapsed,
  });
  return {
    ...decided,
    sentence: explainDecision({ spec: described, analysis, decision: decided, guardrails }),
  };
}

export function arms(control: [number, number], treatment: [number, number]) {
  return totals({
    control: { task_success: momentsOfCounts(...control) },
    treatment: { task_success: momentsOfCounts(...treatment) },
  });
}

export const guarded: Partial<ExperimentInput> = {
  metrics: [
    { metric: "task_success", role: "primary" },
    { metric: "error", role: "guardrail", margin: { kind: "absolute", value: 0.05 } },
  ],
};

export function guardedArms(control: [number, number, number], treatment: [number, number, number]) {
  const arm = ([successes, errors, units]: [number, number, number]) => ({
    task_success: momentsOfCounts(successes, units),
    error: momentsOfCounts(errors, units),
  });
  return totals({ control: arm(control), treatment: arm(treatment) });
}
