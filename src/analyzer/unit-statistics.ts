import type { MetricDefinition } from "../model/metric.ts";
import type { ExactSum, MetricMoments } from "../model/moments.ts";
import { add, divide, multiply, product, subtract, toNumber } from "./exact-sum.ts";
import type { QuantileBand } from "./quantile-band.ts";

/** A ratio of sums over units, R = Σy / Σd, ready for every test that works on estimates and their errors. */
export interface UnitStatistics {
  /** Units that enter: those with the metric, or all exposed ones for a metric per unit. */
  units: number;
  /** Σd: events, or units for a metric per unit. */
  observations: number;
  estimate: number;
  /** The variance of one unit's linearised contribution; the estimate's variance is this / units. */
  unitVariance: number;
  /** unitVariance / units */
  squaredError: number;
  /** unitVariance of all arms together, for what an arm alone cannot know yet. */
  pooledVariance?: number;
  /** Of a quantile: what it may be. Its intervals are made of this instead of multiples of an error. */
  band?: QuantileBand;
  /** Of a quantile: an error whose multiples contain the band. */
  envelopingSquaredError?: number;
  /** True when every unit counts exactly once, so that the estimate is a plain mean. */
  oneObservationPerUnit: boolean;
}

/** Centred second moment Σ(a−ā)(b−b̄) from exact sums. */
function centred(products: ExactSum, a: ExactSum, b: ExactSum, count: number): ExactSum {
  return subtract(products, divide(multiply(a, b), count));
}

/**
 * Estimate and variance of a ratio metric by the delta method over units, so that repeated events of one unit are never
 * mistaken for independent ones: V = (s_y² − 2R·s_yd + R²·s_d²) / d̄², with n − 1 in the variances.
 * @param moments sums over units
 * @param exposedUnits all units of the variant; what a metric per unit is divided by
 * @returns undefined when there is nothing to divide by
 * @see Deng, Knoblich, Lu 2018, "Applying the Delta Method in Metric Analytics"
 */
export function unitStatistics(
  definition: MetricDefinition,
  moments: MetricMoments,
  exposedUnits: number,
): UnitStatistics | undefined {
  const sums =
    definition.per === "unit"
      ? { units: exposedUnits, d: toExact(exposedUnits), dd: toExact(exposedUnits), yd: moments.y }
      : { units: moments.units, d: moments.d, dd: moments.dd, yd: moments.yd };
  const observations = toNumber(sums.d);
  if (sums.units === 0 || observations === 0) return undefined;

  const { units } = sums;
  const estimate = toNumber(divide(moments.y, observations));
  const yy = centred(moments.yy, moments.y, moments.y, units);
  const dd = centred(sums.dd, sums.d, sums.d, units);
  const yd = centred(sums.yd, moments.y, sums.d, units);
  const residual = toNumber(
    add(add(yy, multiply(toExact(-2 * estimate), yd)), multiply(product(estimate, estimate), dd)),
  );
  const meanObservations = observations / units;
  const unitVariance = units > 1 ? Math.max(0, residual) / (units - 1) / meanObservations ** 2 : 0;
  return {
    units,
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
