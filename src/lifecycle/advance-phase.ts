import type { Analysis } from "#model/analysis/analysis.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { maximumPhases } from "#model/experiment/phase-limit.ts";
import type { Result } from "#shared/result.ts";
import type { Database } from "#store/database.ts";
import { changeExperiment } from "#store/experiments.ts";

/** Changes smaller than this in every arm are not worth a new phase. */
const SMALLEST_CHANGE = 0.01;

/** Beyond as many phases as can be looked at together the weights stay as they are. */
function isDue({ spec, phases, metricDefinitions }: Experiment, now: number): boolean {
  const current = phases.at(-1);
  if (spec.allocation.type === "fixed" || !current) return false;
  if (phases.length >= maximumPhases(spec.variants.length, metricDefinitions)) return false;
  return now - current.startedAt >= spec.allocation.phaseSeconds * 1_000;
}

/**
 * Begins a new phase with the weights that the evidence asks for, once the present one has lasted long enough.
 * @returns undefined when nothing changes
 */
export async function advancePhase(
  database: Database,
  experiment: Experiment,
  { allocation }: Analysis,
  now: number,
): Promise<Result<Experiment> | undefined> {
  if (!allocation?.nextWeights || !isDue(experiment, now)) return undefined;
  const weights = allocation.nextWeights.map(({ share }) => share);
  const current = experiment.phases.at(-1)?.weights ?? [];
  if (weights.every((weight, index) => Math.abs(weight - (current[index] ?? 0)) < SMALLEST_CHANGE))
    return undefined;
  return changeExperiment(database, experiment, {
    phases: [...experiment.phases, { startedAt: now, weights, cause: "adapted" }],
    audit: {
      at: now,
      actor: "cron",
      action: "experiment.update_weights",
      subject: `experiment:${experiment.spec.key}`,
      reason: "the weights follow the evidence",
      details: { weights: allocation.nextWeights },
    },
  });
}
