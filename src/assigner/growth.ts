import type { Growth } from "#model/release/release.ts";
import type { BucketRange } from "./bucket-ranges.ts";
import { segmentsInPhase } from "./variant-in-phase.ts";

/** Shares are sums of decimals, which miss a segment's end by a rounding error; a rest below this is nothing. */
const SMALLEST_LENGTH = 1e-9;

/** The parts of `whole` that none of the ranges covers, from left to right. */
function gapsIn(whole: BucketRange, ranges: readonly BucketRange[]): BucketRange[] {
  const gaps: BucketRange[] = [];
  let from = whole.start;
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    if (start - from > SMALLEST_LENGTH) gaps.push({ start: from, end: start });
    from = Math.max(from, end);
  }
  if (whole.end - from > SMALLEST_LENGTH) gaps.push({ start: from, end: whole.end });
  return gaps;
}

/**
 * The order in which a winner takes buckets over after its experiment: first its own, so that no unit leaves it, then those of
 * other variants and of nobody, and at last the control's, so that what is held back has never had anything else.
 * @param experiment with its newest phase, in which its units have their variants
 */
export function growthAfter(experiment: Parameters<typeof segmentsInPhase>[0], winner: string): Growth {
  // Weights sum to 1 but for rounding errors and what is tolerated; there are no buckets beyond.
  const segments = segmentsInPhase(experiment).map(({ variant, range: { start, end } }) => ({
    key: experiment.variants[variant]?.key ?? "",
    range: { start, end: Math.min(1, end) },
  }));
  const rangesOf = (isWanted: (key: string) => boolean) =>
    segments.flatMap(({ key, range }) =>
      isWanted(key) && range.end - range.start > SMALLEST_LENGTH ? [range] : [],
    );
  const own = rangesOf((key) => key === winner);
  const controls = rangesOf((key) => key === experiment.control && key !== winner);
  const others = gapsIn({ start: 0, end: 1 }, [...own, ...controls]);
  return [...own, ...others, ...controls].map(({ start, end }) => [start, end]);
}
