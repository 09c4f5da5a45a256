import type { ExactSum, MetricMoments } from "#model/analysis/moments.ts";
import type { PhaseClock } from "#model/analysis/phase-clock.ts";
import { absenceOf, type MetricDefinition } from "#model/metric/metric.ts";
import { add, divide, multiply, product, subtract, toNumber } from "../numeric/exact-sum.ts";
import type { QuantileBand } from "./quantile-band.ts";

/** A ratio of sums over units, R = Σy / Σd, ready for every test that works on estimates and their errors. */
export interface UnitStatistics {
  /** Units that enter: those with the metric, or all exposed ones for a metric per unit. */
  units: number;
  /**
   * How many equal units weigh as much as these, (Σd)² / Σd² (Kish 1965): where a few units have most of the events, the
   * others hardly count. Minima and degrees of freedom go by this.
   */
  effectiveUnits: number;
  /** Σd: events, or units for a metric per unit. */
  observations: number;
  estimate: number;
  /** The variance of one unit's linearised contribution; the estimate's variance is this / units. */
  unitVariance: number;
  /** unitVariance / units */
  squaredError: number;
  /** unitVariance of all arms together, for what an arm alone cannot know yet. */
  pooledVariance?: number;
  /** As many units as that counts for, against the arm's own. */
  pooledUnits?: number;
  /** Where no arm varies at all: how far off a unit may be that nobody has met yet, in the metric's own units. */
  missedDeviation?: number;
  /** Of a quantile: what it may be. Its intervals are made of this instead of multiples of an error. */
  band?: QuantileBand;
  /** Of a quantile: an error whose multiples contain the band. */
  envelopingSquaredError?: number;
  /** Over phases of weights that were changed by hand, or by an arm that left. */
  clock?: PhaseClock;
  /** True when every unit counts exactly once, so that the estimate is a plain mean. */
  oneObservationPerUnit: boolean;
}

/** (Σd)² / Σd² of a metric's events over units; 0 without events. */
export function effectiveUnitsOf({ d, dd }: Pick<MetricMoments, "d" | "dd">): number {
  const squares = toNumber(dd);
  return squares > 0 ? toNumber(d) ** 2 / squares : 0;
}

/** What a unit without events of the metric counts as; undefined where it does not count. */
export function valueOfSilence(definition: MetricDefinition): 0 | 1 | undefined {
  switch (absenceOf(definition)) {
    case "zero":
      return 0;
    case "failure":
      return definition.direction === "decrease" ? 1 : 0;
    case "missing":
    case undefined:
      return undefined;
  }
}

type Sums = Pick<MetricMoments, "units" | "y" | "d" | "yy" | "dd" | "yd">;

/** One value per unit: those of the silent units are added where silence is a value. */
function sumsPerUnit(definition: MetricDefinition, moments: MetricMoments, exposedUnits: number): Sums {
  const silent = valueOfSilence(definition);
  const units = silent === undefined ? moments.units : exposedUnits;
  const added = toExact((silent ?? 0) * Math.max(0, units - moments.units));
  const y = add(moments.y, added);
  return { units, y, d: toExact(units), yy: add(moments.yy, added), dd: toExact(units), yd: y };
}

/** A variance that is a smaller part of the squared estimate comes from the estimate's 16 digits, not from the data. */
const ROUNDING = 1e-24;

/** Centered second moment Σ(a−ā)(b−b̄) from exact sums. */
function centered(products: ExactSum, a: ExactSum, b: ExactSum, count: number): ExactSum {
  return subtract(products, divide(multiply(a, b), count));
}

/**
 * Estimate and variance of a ratio metric by the delta method over units, so that repeated events of one unit are never
 * mistaken for independent ones: V = (s_y² − 2R·s_yd + R²·s_d²) / d̄², with n − 1 in the variances.
 * @param moments sums over units
 * @param exposedUnits all units of the variant; what a metric per unit is divided by, unless silence is missing
 * @returns undefined when there is nothing to divide by, or the sums are imprecise
 * @see Deng, Knoblich, Lu 2018, "Applying the Delta Method in Metric Analytics"
 */
export function unitStatistics(
  definition: MetricDefinition,
  moments: MetricMoments,
  exposedUnits: number,
): UnitStatistics | undefined {
  const sums = definition.per === "unit" ? sumsPerUnit(definition, moments, exposedUnits) : moments;
  const observations = toNumber(sums.d);
  if (sums.units === 0 || observations === 0 || moments.isImprecise) return undefined;

  const { units } = sums;
  const estimate = toNumber(divide(sums.y, observations));
  const yy = centered(sums.yy, sums.y, sums.y, units);
  const dd = centered(sums.dd, sums.d, sums.d, units);
  const yd = centered(sums.yd, sums.y, sums.d, units);
  const residual = toNumber(
    add(add(yy, multiply(toExact(-2 * estimate), yd)), multiply(product(estimate, estimate), dd)),
  );
  const meanObservations = observations / units;
  const variance = units > 1 ? Math.max(0, residual) / (units - 1) / meanObservations ** 2 : 0;
  // What is left of units that are all alike is the estimate's own rounding.
  const unitVariance = variance > ROUNDING * estimate ** 2 ? variance : 0;
  return {
    units,
    effectiveUnits: effectiveUnitsOf(sums),
    observations,
    estimate,
    unitVariance,
    squaredError: unitVariance / units,
    oneObservationPerUnit: observations === units && toNumber(sums.dd) === units,
  };
}

function toExact(value: number): ExactSum {
  return [value, 0];
}
