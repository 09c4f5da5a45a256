import type { Population } from "./population.ts";
import type { Random } from "./random.ts";

/** Values with their chances, in ascending order. */
export type DiscreteValues = readonly (readonly [value: number, chance: number])[];

function drawValue(random: Random, values: DiscreteValues): number {
  let rest = random.uniform();
  for (const [value, chance] of values) {
    rest -= chance;
    if (rest < 0) return value;
  }
  return values.at(-1)?.[0] ?? Number.NaN;
}

/** The smallest value up to which at least this share lies. */
function quantileOf(values: DiscreteValues, quantile: number): number {
  let share = 0;
  for (const [value, chance] of values) {
    share += chance;
    if (share > quantile - 1e-12) return value;
  }
  return values.at(-1)?.[0] ?? Number.NaN;
}

interface Repetition {
  metric: string;
  quantile: number;
  /** Of control and, with an effect, of the treatment. */
  values: { same: DiscreteValues; different: DiscreteValues };
  /** Requests per unit. */
  requests: number;
  /** The chance that a request repeats the unit's first value: how alike the requests of a unit are. */
  likeness: number;
}

/** Units whose requests have one of few values. The effect is on the quantile: it replaces the values by the different ones. */
export function repeatedValues({ metric, quantile, values, requests, likeness }: Repetition): Population {
  const [baseline, changed] = [quantileOf(values.same, quantile), quantileOf(values.different, quantile)];
  return {
    effect: "added",
    baseline,
    onlyEffect: changed - baseline,
    quantiles: { same: baseline, different: changed },
    draw: (random, effect) => {
      const drawn = effect === 0 ? values.same : values.different;
      const first = drawValue(random, drawn);
      const rest = Array.from({ length: requests - 1 }, () =>
        random.uniform() < likeness ? first : drawValue(random, drawn),
      );
      return { requests: [first, ...rest].map((value) => ({ [metric]: value })) };
    },
  };
}

/** Stars from 1 to 5 whose medians are clear, or lie at the edge between two of them. */
export const RATINGS = {
  clear: {
    same: [
      [1, 0.1],
      [2, 0.15],
      [3, 0.45],
      [4, 0.2],
      [5, 0.1],
    ],
    different: [
      [1, 0.05],
      [2, 0.1],
      [3, 0.2],
      [4, 0.45],
      [5, 0.2],
    ],
  },
  edge: {
    same: [
      [1, 0.1],
      [2, 0.15],
      [3, 0.255],
      [4, 0.345],
      [5, 0.15],
    ],
    different: [
      [1, 0.1],
      [2, 0.15],
      [3, 0.245],
      [4, 0.355],
      [5, 0.15],
    ],
  },
  /** Both medians at an edge: one is the last below it, the other the first above, two stars apart. */
  twoEdges: {
    same: [
      [1, 0.1],
      [2, 0.15],
      [3, 0.2525],
      [4, 0.3475],
      [5, 0.15],
    ],
    different: [
      [1, 0.05],
      [2, 0.1],
      [3, 0.1],
      [4, 0.2475],
      [5, 0.5025],
    ],
  },
} satisfies Record<string, Record<string, DiscreteValues>>;

/** Whole numbers whose neighbors share buckets, in a peak around a value and a pile at the limit of tokens. */
function tokenCounts(center: number, limit: number): DiscreteValues {
  const spread = 12;
  const offsets = Array.from({ length: 2 * spread + 1 }, (_, index) => index - spread);
  // Every fifth count is four times as frequent: answers of a fixed form.
  const weights = offsets.map((offset) => (1 - Math.abs(offset) / (spread + 1)) * (offset % 5 === 0 ? 4 : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const body = offsets.map(
    (offset, index) => [center + offset, (0.9 * (weights[index] ?? 0)) / total] as const,
  );
  return [...body, [limit, 0.1]];
}

export const TOKENS = { same: tokenCounts(120, 4_096), different: tokenCounts(126, 4_096) };

/** Costs of which more than half are nothing, answers from a cache, or just less than half. */
export const ZEROS: { same: DiscreteValues; different: DiscreteValues } = {
  same: [
    [0, 0.52],
    [0.002, 0.2],
    [0.0125, 0.18],
    [0.4, 0.1],
  ],
  different: [
    [0, 0.45],
    [0.002, 0.25],
    [0.0125, 0.2],
    [0.4, 0.1],
  ],
};
