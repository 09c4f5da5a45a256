import type { LogChange, Replay, ReplayDifference } from "#contract/decisions.ts";
import type { HashedRecord } from "#model/analysis/chain-record.ts";
import type { EvaluationInputs, EvaluationResult } from "#model/analysis/evaluation-inputs.ts";
import type { ExperimentTotals } from "#model/analysis/moments.ts";
import type { Evidence } from "#store/evidence-codec.ts";
import { compareResults, summarizeDifferences } from "./compare-results.ts";
import { evaluate } from "./evaluate.ts";

/** What was counted live and what the log gives may differ by this much, relatively, or as much as nothing. */
const TOLERANCE = 1e-9;
const NOTHING = 1e-12;

/** Computes a decision from what it was computed from. Pure: it reads nothing and no clock. */
export function recompute(
  { experiment, now, previous, liveVersion, protectsOnly, totals }: EvaluationInputs,
  phases: readonly ExperimentTotals[] = totals,
): EvaluationResult {
  const { decision, guardrails, analysis } = evaluate(experiment, phases, now, {
    previous: previous ?? undefined,
    liveVersion: liveVersion ?? undefined,
    protectsOnly,
  }).snapshot;
  return { decision, guardrails, analysis };
}

function toReplay(
  { inputs, result }: Evidence,
  record: HashedRecord,
  recomputed: EvaluationResult,
  differences: readonly ReplayDifference[],
): Omit<Replay, "from" | "changesSince"> {
  const { action, variant, reason } = recomputed.decision;
  return {
    experiment: inputs.experiment.spec.key,
    takenAt: inputs.now,
    ...summarizeDifferences(differences),
    engineVersion: { stored: result.analysis.engineVersion, now: recomputed.analysis.engineVersion },
    recomputed: { action, variant, code: reason.code },
    record,
  };
}

/** Computes a decision again from what is stored with it. @param record of the decision */
export function replayFromStored(evidence: Evidence, record: HashedRecord): Replay {
  const recomputed = recompute(evidence.inputs);
  const differences = compareResults(evidence.result, recomputed);
  return { ...toReplay(evidence, record, recomputed, differences), from: "stored", changesSince: [] };
}

/** The log holds what was counted: repetitions, refusals and the like are taken from what was stored. */
function withUnlogged(rebuilt: ExperimentTotals, stored: ExperimentTotals | undefined): ExperimentTotals {
  if (!stored) return rebuilt;
  const { duplicates, rejected, lateCovariates, maturedUntil, firstExposureAt, lastEventAt } = stored;
  return { ...rebuilt, duplicates, rejected, lateCovariates, maturedUntil, firstExposureAt, lastEventAt };
}

/**
 * Computes a decision again from totals that the log gives.
 * @param rebuilt by phase, up to where the log was counted then
 * @param changesSince what may explain differences
 */
export function replayFromLog(
  evidence: Evidence,
  record: HashedRecord,
  rebuilt: readonly ExperimentTotals[],
  changesSince: LogChange[],
): Replay {
  const { inputs, result } = evidence;
  const totals = rebuilt.map((phase, index) => withUnlogged(phase, inputs.totals[index]));
  const recomputed = recompute(inputs, totals);
  const isSame = (a: number, b: number) =>
    Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b)) + NOTHING;
  const differences = compareResults(result, recomputed, isSame);
  return { ...toReplay(evidence, record, recomputed, differences), from: "log", changesSince };
}
