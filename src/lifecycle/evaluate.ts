import { analyze } from "../analyzer/analyze.ts";
import { emptyTotals, mergeTotals } from "../analyzer/moments.ts";
import { decide } from "../decider/decide.ts";
import { judgeGuardrails } from "../guardrails/judge-guardrails.ts";
import type { Analysis } from "../model/analysis.ts";
import type { DecisionSource, Snapshot } from "../model/decision.ts";
import type { Experiment } from "../model/experiment.ts";
import type { ExperimentTotals } from "../model/moments.ts";
import { explainDecision } from "../reporter/explain-decision.ts";

export interface Evaluation {
  snapshot: Snapshot;
  /** The decision's reason as a sentence. */
  summary: string;
}

/**
 * Runs totals through analyzer, guardrails and decider. Pure: the same input always gives the same snapshot.
 * @param periods the totals of every period of constant weights
 * @param previous the analysis before, for what holds over all looks together; decisions do not read it
 */
export function evaluate(
  experiment: Experiment,
  periods: readonly ExperimentTotals[],
  source: DecisionSource,
  now: number,
  previous?: Analysis,
): Evaluation {
  const { spec, definitions, startedAt } = experiment;
  const analysis = analyze({
    spec,
    definitions,
    totals: periods.reduce(mergeTotals, emptyTotals(spec.variants.map(({ key }) => key))),
    periods: periods.map((totals, index) => ({ totals, weights: experiment.periods[index]?.weights ?? [] })),
    previous,
    now,
  });
  const guardrails = judgeGuardrails(spec, analysis);
  const decision = decide({ spec, analysis, guardrails, startedAt: startedAt ?? now, now });
  return {
    snapshot: {
      experiment: spec.key,
      takenAt: now,
      source,
      periods: [...periods],
      analysis,
      guardrails,
      decision,
    },
    summary: explainDecision({ spec, analysis, decision }),
  };
}
