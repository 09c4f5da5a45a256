import type { Growth } from "#model/release/release.ts";

/** Half-open: start included, end excluded. */
export interface BucketRange {
  start: number;
  end: number;
}

/**
 * The slice of buckets of each variant: it starts at the variant's share of all traffic and is `coverage` of that share
 * wide. Growing the coverage grows every slice at its end only, so nobody who takes part ever moves.
 * @param weights positive, summing to 1
 * @param coverage in [0, 1]
 */
export function bucketRanges(weights: readonly number[], coverage: number): BucketRange[] {
  let cumulative = 0;
  return weights.map((weight) => {
    const start = cumulative;
    cumulative += weight;
    return { start, end: start + coverage * weight };
  });
}

/**
 * Divides a growth between who grows and who shrinks: the first `share` of its length, and the rest. A larger share moves
 * buckets from the rest only.
 * @param share in [0, 1]
 */
export function divideGrowth(growth: Growth, share: number): { grown: BucketRange[]; rest: BucketRange[] } {
  const grown: BucketRange[] = [];
  const rest: BucketRange[] = [];
  let left = share;
  for (const [start, end] of growth) {
    const middle = Math.min(end, start + Math.max(0, left));
    left -= end - start;
    if (middle > start) grown.push({ start, end: middle });
    if (middle < end) rest.push({ start: middle, end });
  }
  return { grown, rest };
}

export function inRange(bucket: number, range: BucketRange): boolean {
  return bucket >= range.start && bucket < range.end;
}
