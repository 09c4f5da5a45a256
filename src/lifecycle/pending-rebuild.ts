import type { Experiment } from "#model/experiment/experiment.ts";

/**
 * Since when an experiment waits to be counted anew that is changed now, in epoch milliseconds. Never the same moment twice: a rebuild
 * that began before this change must not take it for done.
 */
export function pendingRebuild(
  { rebuildPendingSince }: Pick<Experiment, "rebuildPendingSince">,
  now: number,
): number {
  return rebuildPendingSince === null ? now : Math.max(rebuildPendingSince + 1, now);
}
