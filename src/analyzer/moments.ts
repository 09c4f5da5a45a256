import type { ExperimentTotals, MetricMoments, VariantTotals } from "../model/moments.ts";
import { add, product, subtract, ZERO } from "./exact-sum.ts";

/** One unit's part in a metric: the sum of its (capped) values and the number of its events with the metric. */
export interface UnitContribution {
  y: number;
  d: number;
}

export function emptyMoments(): MetricMoments {
  return { units: 0, y: ZERO, d: ZERO, yy: ZERO, dd: ZERO, yd: ZERO };
}

function contributionMoments({ y, d }: UnitContribution): MetricMoments {
  return { units: 1, y: [y, 0], d: [d, 0], yy: product(y, y), dd: product(d, d), yd: product(y, d) };
}

/** Moments of the union of two disjoint sets of units. Order and grouping do not matter. */
export function mergeMoments(a: MetricMoments, b: MetricMoments): MetricMoments {
  return {
    units: a.units + b.units,
    y: add(a.y, b.y),
    d: add(a.d, b.d),
    yy: add(a.yy, b.yy),
    dd: add(a.dd, b.dd),
    yd: add(a.yd, b.yd),
  };
}

/** Takes a part back out, exactly: what remains is as if the part had never been there. */
function withoutMoments(whole: MetricMoments, part: MetricMoments): MetricMoments {
  return {
    units: whole.units - part.units,
    y: subtract(whole.y, part.y),
    d: subtract(whole.d, part.d),
    yy: subtract(whole.yy, part.yy),
    dd: subtract(whole.dd, part.dd),
    yd: subtract(whole.yd, part.yd),
  };
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
  return { units: 0, metrics: {} };
}

export function emptyTotals(variants: readonly string[]): ExperimentTotals {
  return {
    variants: Object.fromEntries(variants.map((key) => [key, emptyVariantTotals()])),
    crossedOverUnits: 0,
    events: 0,
    duplicates: 0,
    firstExposureAt: null,
    lastEventAt: null,
  };
}

function mergeVariantTotals(a: VariantTotals, b: VariantTotals): VariantTotals {
  const metrics = { ...a.metrics };
  for (const [key, moments] of Object.entries(b.metrics)) {
    const existing = metrics[key];
    metrics[key] = existing ? mergeMoments(existing, moments) : moments;
  }
  return { units: a.units + b.units, metrics };
}

function combine(a: number | null, b: number | null, pick: (a: number, b: number) => number): number | null {
  if (a === null) return b;
  return b === null ? a : pick(a, b);
}

/** Totals of two disjoint sets of units, such as two shards. */
export function mergeTotals(a: ExperimentTotals, b: ExperimentTotals): ExperimentTotals {
  const variants = { ...a.variants };
  for (const [key, totals] of Object.entries(b.variants)) {
    const existing = variants[key];
    variants[key] = existing ? mergeVariantTotals(existing, totals) : totals;
  }
  return {
    variants,
    crossedOverUnits: a.crossedOverUnits + b.crossedOverUnits,
    events: a.events + b.events,
    duplicates: a.duplicates + b.duplicates,
    firstExposureAt: combine(a.firstExposureAt, b.firstExposureAt, Math.min),
    lastEventAt: combine(a.lastEventAt, b.lastEventAt, Math.max),
  };
}
