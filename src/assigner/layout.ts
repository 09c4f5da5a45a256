import type { Phase, PhaseRange } from "#model/experiment/phase.ts";
import { bucketRanges } from "./bucket-ranges.ts";

/** Sums of decimals miss their value by rounding errors; what is shorter is nothing. */
const SMALLEST_LENGTH = 1e-9;

const lengthOf = ([, start, end]: PhaseRange): number => end - start;
const total = (ranges: readonly PhaseRange[]) => ranges.reduce((sum, range) => sum + lengthOf(range), 0);

/** Joins what lies side by side, from left to right. */
function tidy(ranges: readonly PhaseRange[]): PhaseRange[] {
  const tidied: PhaseRange[] = [];
  const sorted = ranges.filter((range) => lengthOf(range) > SMALLEST_LENGTH).toSorted((a, b) => a[1] - b[1]);
  for (const [variant, start, end, layer] of sorted) {
    const last = tidied.at(-1);
    if (last && last[0] === variant && last[3] === layer && start - last[2] <= SMALLEST_LENGTH) last[2] = end;
    else tidied.push([variant, start, end, layer]);
  }
  return tidied;
}

/** The buckets that a phase gives each variant, by layers of what has taken part since when. @param coverage of now */
export function layoutOf(
  { weights, ranges, earlierCoverages = [] }: Pick<Phase, "weights" | "ranges" | "earlierCoverages">,
  coverage: number,
): PhaseRange[] {
  if (ranges) return ranges;
  const steps = [0, ...earlierCoverages.filter((step) => step < coverage), coverage];
  const starts = bucketRanges(weights, 0).map(({ start }) => start);
  return tidy(
    weights.flatMap((weight, variant) =>
      steps.slice(1).map((step, layer): PhaseRange => {
        const start = starts[variant] ?? 0;
        return [
          variant,
          Math.min(1, start + (steps[layer] ?? 0) * weight),
          Math.min(1, start + step * weight),
          layer,
        ];
      }),
    ),
  );
}

/** Moves the last buckets of the variants that have too many of one layer to those that have too few. */
function shareLayer(ranges: readonly PhaseRange[], weights: readonly number[]): PhaseRange[] {
  const all = total(ranges);
  const sum = weights.reduce((whole, weight) => whole + weight, 0);
  const missing = weights.map(
    (weight, variant) => (all * weight) / sum - total(ranges.filter(([of]) => of === variant)),
  );
  const free: PhaseRange[] = [];
  const kept = ranges
    .toSorted((a, b) => b[1] - a[1])
    .flatMap((range): PhaseRange[] => {
      const [variant, start, end, layer] = range;
      const surplus = Math.max(0, -(missing[variant] ?? 0));
      const middle = Math.max(start, end - surplus);
      missing[variant] = (missing[variant] ?? 0) + end - middle;
      if (end > middle) free.push([variant, middle, end, layer]);
      return [[variant, start, middle, layer]];
    });
  return [...kept, ...hand(free, missing)];
}

/** Hands buckets out, each variant in turn until it has what it misses; the last one gets the rest of rounding errors. */
function hand(free: readonly PhaseRange[], missing: readonly number[]): PhaseRange[] {
  const wanting = missing.flatMap((length, variant) =>
    length > SMALLEST_LENGTH ? [{ variant, length }] : [],
  );
  let next = wanting.shift();
  return free.flatMap(([owner, start, end, layer]) => {
    const handed: PhaseRange[] = [];
    let from = start;
    while (from < end) {
      const isLast = wanting.length === 0;
      const to = next && !isLast ? Math.min(end, from + next.length) : end;
      handed.push([next?.variant ?? owner, from, to, layer]);
      if (next && !isLast) {
        next.length -= to - from;
        if (next.length <= SMALLEST_LENGTH) next = wanting.shift();
      }
      from = to;
    }
    return handed;
  });
}

const layersOf = (ranges: readonly PhaseRange[]) => Map.groupBy(ranges, ([, , , layer]) => layer);

/**
 * New weights over the same buckets: only variants that lose weight give any up, and no more than that. Every layer is shared by
 * itself, so that each variant has the same part of units that could have been seen before.
 * @param weights in the order of the variants; 0 for those that get nobody
 */
export function layoutWithWeights(ranges: readonly PhaseRange[], weights: readonly number[]): PhaseRange[] {
  return tidy([...layersOf(ranges).values()].flatMap((layer) => shareLayer(layer, weights)));
}

/** More buckets by the same weights: nobody moves. What comes in is a layer of its own. @param coverage in (0, 1] */
export function layoutWithCoverage(
  ranges: readonly PhaseRange[],
  weights: readonly number[],
  coverage: number,
): PhaseRange[] {
  const layer = 1 + Math.max(-1, ...ranges.map(([, , , number]) => number));
  let wanted = coverage - total(ranges);
  let from = 0;
  const free: PhaseRange[] = [];
  for (const [, start, end] of [...ranges.toSorted((a, b) => a[1] - b[1]), [0, 1, 1, 0] as const]) {
    const length = Math.min(wanted, start - from);
    if (length > SMALLEST_LENGTH) {
      free.push([0, from, from + length, layer]);
      wanted -= length;
    }
    from = Math.max(from, end);
  }
  const added = total(free);
  return tidy([
    ...ranges,
    ...hand(
      free,
      weights.map((weight) => weight * added),
    ),
  ]);
}

/** How many buckets have another variant, as a share of all buckets. @param isCounted variants whose units matter */
export function movedShare(
  before: readonly PhaseRange[],
  after: readonly PhaseRange[],
  isCounted: (variant: number) => boolean = () => true,
): number {
  let moved = 0;
  for (const [variant, start, end] of before.filter(([of]) => isCounted(of))) {
    const kept = after
      .filter(([of]) => of === variant)
      .reduce((sum, range) => sum + Math.max(0, Math.min(end, range[2]) - Math.max(start, range[1])), 0);
    moved += Math.max(0, end - start - kept);
  }
  return moved < SMALLEST_LENGTH ? 0 : moved;
}
