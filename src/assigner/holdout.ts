import { COMPARISON, HELD_OUT } from "#model/experiment/holdout-arms.ts";
import type { AssignableExperiment, AssignmentResult } from "./assignable-experiment.ts";
import { type BucketRange, inRange } from "./bucket-ranges.ts";
import { bucketOf, hashStateAfter } from "./hash.ts";
import { segmentsInPhase } from "./variant-in-phase.ts";

/** Which group of a holdout a unit is in. */
export type HoldoutGroup = typeof HELD_OUT | typeof COMPARISON;

/** A holdout on one AI config, ready to assign. */
export interface PreparedHoldout {
  key: string;
  experiment: AssignableExperiment;
  /** Of the hash, after the seed, which no experiment has: groups and variants are independent of each other. */
  seedState: number;
  ranges: Record<HoldoutGroup, BucketRange>;
  /** What held-out units are answered. */
  heldOutResult: AssignmentResult;
  /** What units of the comparison are answered in place of an answer that names no experiment: the same with the holdout's name. */
  comparisonResults: ReadonlyMap<AssignmentResult, AssignmentResult>;
}

const NOBODY: BucketRange = { start: 0, end: 0 };

function answerOf(
  { key }: AssignableExperiment,
  result: AssignmentResult,
  group: HoldoutGroup,
): AssignmentResult {
  if (!result.ok) return result;
  const assignment = Object.freeze({ ...result.assignment, experiment: key, variant: group, phase: 0 });
  return Object.freeze({ ok: true, assignment });
}

/**
 * Prepares a holdout on one AI config. Pure.
 * @param held the version that it holds there, as whoever is held out is answered it
 * @param uncounted the answers of this AI config that name no experiment, and belong to nobody who is overridden
 */
export function prepareHoldout(
  holdout: AssignableExperiment,
  held: AssignmentResult,
  uncounted: readonly AssignmentResult[],
): PreparedHoldout {
  // Each group has one stretch of buckets.
  const segments = segmentsInPhase(holdout, 0);
  const rangeOf = (group: HoldoutGroup) =>
    segments.find(({ variant }) => holdout.variants[variant]?.key === group)?.range ?? NOBODY;
  return {
    key: holdout.key,
    experiment: holdout,
    seedState: hashStateAfter(holdout.seed),
    ranges: { [HELD_OUT]: rangeOf(HELD_OUT), [COMPARISON]: rangeOf(COMPARISON) },
    heldOutResult: answerOf(holdout, held, HELD_OUT),
    comparisonResults: new Map(uncounted.map((result) => [result, answerOf(holdout, result, COMPARISON)])),
  };
}

/** Where a unit's hash falls in a holdout: from 0 to below 1. */
export function holdoutBucketOf({ seedState }: PreparedHoldout, unit: string): number {
  return bucketOf(seedState, unit);
}

/** The group of a holdout that a unit is in; undefined for all units beside the two groups. */
export function holdoutGroupOf(holdout: PreparedHoldout, unit: string): HoldoutGroup | undefined {
  const bucket = holdoutBucketOf(holdout, unit);
  if (inRange(bucket, holdout.ranges[HELD_OUT])) return HELD_OUT;
  return inRange(bucket, holdout.ranges[COMPARISON]) ? COMPARISON : undefined;
}
