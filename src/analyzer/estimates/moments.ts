import type {
  CovariateMoments,
  ExperimentTotals,
  MetricMoments,
  VariantTotals,
} from "#model/analysis/moments.ts";
import { add, ZERO } from "../numeric/exact-sum.ts";
import { mergeAdjustments } from "./adjustment-moments.ts";
import { mergeSketches } from "./quantile-sketch.ts";

export function emptyMoments(): MetricMoments {
  return { units: 0, y: ZERO, d: ZERO, yy: ZERO, dd: ZERO, yd: ZERO };
}

function mergeCovariates(
  a: CovariateMoments | undefined,
  b: CovariateMoments | undefined,
): CovariateMoments | undefined {
  if (!a || !b) return a ?? b;
  return {
    units: a.units + b.units,
    y: add(a.y, b.y),
    d: add(a.d, b.d),
    x: add(a.x, b.x),
    xx: add(a.xx, b.xx),
    xy: add(a.xy, b.xy),
    xd: add(a.xd, b.xd),
  };
}

/** Moments of the union of two disjoint sets of units. Order and grouping do not matter. */
export function mergeMoments(a: MetricMoments, b: MetricMoments): MetricMoments {
  const covariate = mergeCovariates(a.covariate, b.covariate);
  const adjustment = mergeAdjustments(a.adjustment, b.adjustment);
  return {
    units: a.units + b.units,
    y: add(a.y, b.y),
    d: add(a.d, b.d),
    yy: add(a.yy, b.yy),
    dd: add(a.dd, b.dd),
    yd: add(a.yd, b.yd),
    ...(covariate && { covariate }),
    ...(adjustment && { adjustment }),
    ...((a.isImprecise || b.isImprecise) && { isImprecise: true }),
  };
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
    erasedUnits: 0,
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
    erasedUnits: a.erasedUnits + b.erasedUnits,
    firstExposureAt: combine(a.firstExposureAt, b.firstExposureAt, Math.min),
    lastEventAt: combine(a.lastEventAt, b.lastEventAt, Math.max),
  };
}
