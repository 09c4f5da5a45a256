import type {
  CovariateMoments,
  ExactSum,
  ExperimentTotals,
  MetricMoments,
  VariantTotals,
} from "#model/analysis/moments.ts";
import { add, product, subtract, ZERO } from "../numeric/exact-sum.ts";
import { mergeSketches } from "./quantile-sketch.ts";

/** One unit's part in a metric: the sum of its (capped) values and the number of its events with the metric. */
export interface UnitContribution {
  y: number;
  d: number;
  /** The unit's covariate, if it brought one. */
  x?: number;
}

export function emptyMoments(): MetricMoments {
  return { units: 0, y: ZERO, d: ZERO, yy: ZERO, dd: ZERO, yd: ZERO };
}

function contributionMoments({ y, d, x }: UnitContribution): MetricMoments {
  return {
    units: 1,
    y: [y, 0],
    d: [d, 0],
    yy: product(y, y),
    dd: product(d, d),
    yd: product(y, d),
    ...(x !== undefined && {
      covariate: {
        units: 1,
        y: [y, 0],
        d: [d, 0],
        x: [x, 0],
        xx: product(x, x),
        xy: product(x, y),
        xd: product(x, d),
      },
    }),
  };
}

function combineCovariates(
  a: CovariateMoments | undefined,
  b: CovariateMoments | undefined,
  combine: (a: ExactSum, b: ExactSum) => ExactSum,
  sign: 1 | -1,
): CovariateMoments | undefined {
  if (!b) return a;
  const base = a ?? EMPTY_COVARIATE;
  return {
    units: base.units + sign * b.units,
    y: combine(base.y, b.y),
    d: combine(base.d, b.d),
    x: combine(base.x, b.x),
    xx: combine(base.xx, b.xx),
    xy: combine(base.xy, b.xy),
    xd: combine(base.xd, b.xd),
  };
}

const EMPTY_COVARIATE: CovariateMoments = {
  units: 0,
  y: ZERO,
  d: ZERO,
  x: ZERO,
  xx: ZERO,
  xy: ZERO,
  xd: ZERO,
};

function combineMoments(
  a: MetricMoments,
  b: MetricMoments,
  combine: (a: ExactSum, b: ExactSum) => ExactSum,
  sign: 1 | -1,
): MetricMoments {
  const covariate = combineCovariates(a.covariate, b.covariate, combine, sign);
  return {
    units: a.units + sign * b.units,
    y: combine(a.y, b.y),
    d: combine(a.d, b.d),
    yy: combine(a.yy, b.yy),
    dd: combine(a.dd, b.dd),
    yd: combine(a.yd, b.yd),
    ...(covariate && { covariate }),
  };
}

/** Moments of the union of two disjoint sets of units. Order and grouping do not matter. */
export function mergeMoments(a: MetricMoments, b: MetricMoments): MetricMoments {
  return combineMoments(a, b, add, 1);
}

/** Takes a part back out, exactly: what remains is as if the part had never been there. */
function withoutMoments(whole: MetricMoments, part: MetricMoments): MetricMoments {
  return combineMoments(whole, part, subtract, -1);
}

/**
 * Moves moments by what a unit contributes now minus what it contributed before.
 * @param before, after  undefined when the unit has (had) no part in the metric
 */
export function replaceContribution(
  moments: MetricMoments,
  before: UnitContribution | undefined,
  after: UnitContribution | undefined,
): MetricMoments {
  const rest = before ? withoutMoments(moments, contributionMoments(before)) : moments;
  return after ? mergeMoments(rest, contributionMoments(after)) : rest;
}

export function emptyVariantTotals(): VariantTotals {
  return { units: 0, responding: 0, announced: 0, metrics: {}, matured: {}, sketches: {} };
}

export function emptyTotals(variants: readonly string[]): ExperimentTotals {
  return {
    variants: Object.fromEntries(variants.map((key) => [key, emptyVariantTotals()])),
    multipleExposureUnits: 0,
    events: 0,
    duplicates: 0,
    rejected: 0,
    late: 0,
    lateCovariates: 0,
    outsideWindow: 0,
    maturedUntil: null,
    untrustedValues: 0,
    surplusEvents: 0,
    surplusUnits: 0,
    returningUnits: 0,
    returningEvents: 0,
    excludedUnits: 0,
    excludedEvents: 0,
    firstExposureAt: null,
    lastEventAt: null,
  };
}

function mergeRecords<Value>(
  a: Readonly<Record<string, Value>>,
  b: Readonly<Record<string, Value>>,
  merge: (a: Value, b: Value) => Value,
): Record<string, Value> {
  const merged = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const existing = merged[key];
    merged[key] = existing === undefined ? value : merge(existing, value);
  }
  return merged;
}

function mergeVariantTotals(a: VariantTotals, b: VariantTotals): VariantTotals {
  return {
    units: a.units + b.units,
    ...(a.responding !== undefined &&
      b.responding !== undefined && { responding: a.responding + b.responding }),
    ...(a.announced !== undefined && b.announced !== undefined && { announced: a.announced + b.announced }),
    metrics: mergeRecords(a.metrics, b.metrics, mergeMoments),
    matured: mergeRecords(a.matured, b.matured, (one, other) => one + other),
    sketches: mergeRecords(a.sketches, b.sketches, mergeSketches),
  };
}

function combine(a: number | null, b: number | null, pick: (a: number, b: number) => number): number | null {
  if (a === null) return b;
  return b === null ? a : pick(a, b);
}

/** Totals of two disjoint sets of units, such as two shards. */
export function mergeTotals(a: ExperimentTotals, b: ExperimentTotals): ExperimentTotals {
  return {
    variants: mergeRecords(a.variants, b.variants, mergeVariantTotals),
    multipleExposureUnits: a.multipleExposureUnits + b.multipleExposureUnits,
    events: a.events + b.events,
    duplicates: a.duplicates + b.duplicates,
    rejected: a.rejected + b.rejected,
    late: a.late + b.late,
    lateCovariates: a.lateCovariates + b.lateCovariates,
    outsideWindow: a.outsideWindow + b.outsideWindow,
    maturedUntil: combine(a.maturedUntil, b.maturedUntil, Math.min),
    untrustedValues: a.untrustedValues + b.untrustedValues,
    surplusEvents: a.surplusEvents + b.surplusEvents,
    surplusUnits: a.surplusUnits + b.surplusUnits,
    returningUnits: a.returningUnits + b.returningUnits,
    returningEvents: a.returningEvents + b.returningEvents,
    excludedUnits: a.excludedUnits + b.excludedUnits,
    excludedEvents: a.excludedEvents + b.excludedEvents,
    firstExposureAt: combine(a.firstExposureAt, b.firstExposureAt, Math.min),
    lastEventAt: combine(a.lastEventAt, b.lastEventAt, Math.max),
  };
}
