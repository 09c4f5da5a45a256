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

export function inRange(bucket: number, range: BucketRange): boolean {
  return bucket >= range.start && bucket < range.end;
}
