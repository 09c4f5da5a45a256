import { collectPhases } from "#aggregator/client.ts";
import type { Services } from "#aggregator/services.ts";
import { emptyTotals, mergeTotals } from "#analyzer/estimates/moments.ts";
import { analyze } from "#analyzer/experiment/analyze.ts";
import { decideOverLooks } from "#decider/decide-over-looks.ts";
import { judgeGuardrails } from "#guardrails/judge-guardrails.ts";
import type { Snapshot } from "#model/analysis/decision.ts";
import type { EarlierLook } from "#model/analysis/earlier-look.ts";
import type { EvaluatedExperiment } from "#model/analysis/evaluation-inputs.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import { countedAnewAt } from "#model/experiment/exclusion.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { watchedMilliseconds } from "#model/experiment/watched-time.ts";
import { explainDecision } from "#reporter/explain-decision.ts";
import { findLatestAnalysis } from "#store/snapshots.ts";

export interface Evaluation {
  snapshot: Omit<Snapshot, "source">;
  /** The decision's reason as a sentence. */
  summary: string;
  /** What it was computed from, beside the snapshot's totals and time. */
  inputs: { experiment: EvaluatedExperiment; context: EvaluationContext };
}

export interface EvaluationContext {
  /** The analysis before. */
  previous?: EarlierLook | undefined;
  /** The AI config's live version; without it a promotion is checked only when it is carried out. */
  liveVersion?: number | undefined;
  /** True for looks between two due ones, which may only protect. */
  protectsOnly?: boolean;
}

/** What earlier looks say is about other data once a stretch of time is left out: everything is checked anew then. */
function earlierLooks(
  { doubts, exclusions }: Pick<Experiment, "doubts" | "exclusions">,
  previous: EarlierLook | undefined,
) {
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
  experiment: EvaluatedExperiment,
  phases: readonly ExperimentTotals[],
  now: number,
  context: EvaluationContext = {},
): Evaluation {
  const { previous, liveVersion, protectsOnly = false } = context;
  const { spec, metricDefinitions, startedAt, liveVersionAtStart, pauses, exclusions } = experiment;
  const switchedOff = experiment.switchedOff.map(({ variant }) => variant);
  const earlier = earlierLooks(experiment, previous);
  const measured = analyze({
    spec,
    metricDefinitions,
    totals: phases.reduce(mergeTotals, emptyTotals(spec.variants.map(({ key }) => key))),
    phases: phases.map((totals, index) => ({ totals, weights: experiment.phases[index]?.weights ?? [] })),
    ...earlier,
    acceptance: experiment.acceptances.at(-1),
    switchedOff,
    now,
  });
  const guardrails = judgeGuardrails(spec, measured);
  const input = {
    spec,
    analysis: measured,
    guardrails,
    switchedOff,
    protectsOnly,
    isRebuildPending: experiment.rebuildPendingSince !== null,
    recounts: experiment.recounts,
    ...(liveVersionAtStart !== null &&
      liveVersion !== undefined && { liveVersion: { atStart: liveVersionAtStart, now: liveVersion } }),
    startedAt: startedAt ?? now,
    now,
    watchedMilliseconds: watchedMilliseconds(startedAt ?? now, pauses, exclusions, now),
  };
  const { decision, proofs } = decideOverLooks(input, earlier.previous?.proofs);
  const analysis = { ...measured, proofs };
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
    inputs: { experiment, context },
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
