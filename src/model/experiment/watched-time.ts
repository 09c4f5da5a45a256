import type { Stretch } from "./exclusion.ts";
import type { Pause } from "./experiment.ts";

/**
 * For how long an experiment was watched: since its start, without pauses, in which nobody was assigned, and without what is left
 * out. What overlaps is taken away once.
 * @param now epoch milliseconds
 * @returns milliseconds, at least 0
 */
export function watchedMilliseconds(
  startedAt: number,
  pauses: readonly Pause[],
  exclusions: readonly Stretch[],
  now: number,
): number {
  let watched = 0;
  let from = startedAt;
  for (const gap of [...pauses, ...exclusions].toSorted((a, b) => a.from - b.from)) {
    watched += Math.max(0, Math.min(gap.from, now) - from);
    from = Math.max(from, Math.min(gap.until ?? now, now));
  }
  return watched + Math.max(0, now - from);
}
