import { collectPhases } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import { emptyTotals, mergeTotals } from "#analyzer/estimates/moments.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { decide } from "#decider/decide.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import type { Analysis } from "#model/analysis/analysis.ts";
import type { Snapshot } from "#model/analysis/decision.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { countedAnewAt } from "#model/experiment/exclusion.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { explainDecision } from "#reporter/explain-decision.ts";
import { findLatestAnalysis } from "#store/snapshots.ts";

export interface Evaluation {
  snapshot: Omit<Snapshot, "source">;
  /** The decision's reason as a sentence. */
  summary: string;
}

export interface EvaluationContext {
  /** The analysis before. */
  previous?: Analysis | undefined;
  /** The AI config's live version; without it a promotion is checked only when it is carried out. */
  liveVersion?: number | undefined;
  /** True for looks between two due ones, which may only protect. */
  protectsOnly?: boolean;
}

/** What earlier looks say is about other data once a stretch of time is left out: everything is checked anew then. */
function earlierLooks({ doubts, exclusions }: Experiment, previous: Analysis | undefined) {
  const since = countedAnewAt(exclusions) ?? Number.NEGATIVE_INFINITY;
  return {
    previous: previous && previous.takenAt >= since ? previous : undefined,
    standingDoubts: doubts && doubts.takenAt >= since ? doubts : undefined,
  };
}

/**
 * Runs totals through analyzer, guardrails and decider. Pure: the same input always gives the same snapshot.
 * @param phases the totals of every phase of constant weights
 * @param context what holds over all looks together, and what is live. A snapshot's own analysis as the previous one gives
 * the same snapshot again: what it keeps of earlier looks is already in it.
 */
export function evaluate(
  experiment: Experiment,
  phases: readonly ExperimentTotals[],
  now: number,
  { previous, liveVersion, protectsOnly = false }: EvaluationContext = {},
): Evaluation {
  const { spec, metricDefinitions, startedAt, liveVersionAtStart } = experiment;
  const switchedOff = experiment.switchedOff.map(({ variant }) => variant);
  const analysis = analyze({
    spec,
    metricDefinitions,
    totals: phases.reduce(mergeTotals, emptyTotals(spec.variants.map(({ key }) => key))),
    phases: phases.map((totals, index) => ({ totals, weights: experiment.phases[index]?.weights ?? [] })),
    ...earlierLooks(experiment, previous),
    acceptance: experiment.acceptances.at(-1),
    switchedOff,
    now,
  });
  const guardrails = judgeGuardrails(spec, analysis);
  const decision = decide({
    spec,
    analysis,
    guardrails,
    switchedOff,
    protectsOnly,
    isRebuildPending: experiment.rebuildPendingSince !== null,
    ...(liveVersionAtStart !== null &&
      liveVersion !== undefined && { liveVersion: { atStart: liveVersionAtStart, now: liveVersion } }),
    startedAt: startedAt ?? now,
    now,
  });
  return {
    snapshot: {
      experiment: spec.key,
      takenAt: now,
      phases: [...phases],
      analysis,
      guardrails,
      decision,
    },
    summary: explainDecision({ spec, analysis, decision, guardrails }),
  };
}

/** Evaluates an experiment's totals of this moment, as a look would. Stores nothing. */
export async function evaluateNow(
  { database, aggregators, now }: Services,
  experiment: Experiment,
): Promise<Evaluation> {
  const totals = await collectPhases(aggregators, experiment);
  const previous = await findLatestAnalysis(database, experiment.spec.key);
  return evaluate(experiment, totals, now, { previous });
}
