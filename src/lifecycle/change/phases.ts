import { layoutOf, layoutWithCoverage, layoutWithWeights, movedShare } from "#assigner/layout.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { MAXIMUM_COVERAGE_STEPS, MAXIMUM_PHASE_RANGES, type Phase } from "#model/experiment/phase.ts";
import { maximumPhases } from "#model/experiment/phase-limit.ts";
import { err, type Failure, ok, type Result } from "#shared/result.ts";

/** What phases depend on. */
export type PhasedExperiment = Pick<Experiment, "spec" | "phases" | "switchedOff" | "metricDefinitions">;

/** The phases of an experiment whose coverage grows: nobody moves, so that none is opened. */
export function phasesWithCoverage({ spec, phases }: PhasedExperiment, coverage: number): Phase[] {
  const newest = phases.at(-1);
  if (!newest || coverage <= spec.coverage || spec.growth) return phases;
  const grown: Phase = newest.ranges
    ? { ...newest, ranges: layoutWithCoverage(newest.ranges, newest.weights, coverage) }
    : {
        ...newest,
        earlierCoverages: [...(newest.earlierCoverages ?? []), spec.coverage].slice(-MAXIMUM_COVERAGE_STEPS),
      };
  return [...phases.slice(0, -1), grown];
}

/** Why weights cannot be other than they were planned; undefined where they can. */
export function refusePhase({ spec, phases, metricDefinitions }: PhasedExperiment): Failure | undefined {
  if (spec.allocation.type === "adaptive")
    return err("transition_not_allowed", "The weights of this experiment follow the evidence.");
  if (spec.release || spec.growth)
    return err("transition_not_allowed", "A stage of a release has the weights of its release.");
  if (spec.rule.type === "best_levels")
    return err(
      "transition_not_allowed",
      "The effects of levels are computed for one split: they would be wrong with two.",
    );
  const most = maximumPhases(spec.variants.length, metricDefinitions);
  if (phases.length < most) return undefined;
  return err("limit_reached", `With so many variants and metrics an experiment has at most ${most} phases.`);
}

/**
 * The phase that new weights begin. As few buckets as possible change their variant, and those of a variant that left are of no
 * unit that counts.
 * @param weights in the order of the variants, summing to 1
 */
export function nextPhase(
  { spec, phases, switchedOff }: PhasedExperiment,
  weights: readonly number[],
  { startedAt, cause, left }: Pick<Phase, "startedAt" | "cause" | "left">,
): Result<{ phase: Phase; moved: number }> {
  const newest = phases.at(-1);
  if (!newest) return err("not_started", "The experiment has not started.");
  const before = layoutOf(newest, spec.coverage);
  const ranges = layoutWithWeights(before, weights);
  if (ranges.length > MAXIMUM_PHASE_RANGES)
    return err("limit_reached", `Weights and coverage have changed too often: ${ranges.length} ranges.`);
  const gone = [...switchedOff.map(({ variant }) => variant), left];
  const moved = movedShare(before, ranges, (place) => !gone.includes(spec.variants[place]?.key));
  return ok({
    moved,
    phase: {
      startedAt: Math.max(startedAt, newest.startedAt),
      weights: [...weights],
      ranges,
      ...(moved === 0 && { keepsUnits: true as const }),
      cause,
      ...(left !== undefined && { left }),
    },
  });
}
