/**
 * Bounds for an experiment that ends at a maximum of units. The error that an endless interval keeps for looks after the
 * end is spent before it, so that the bound is lower, and it still holds at any looks, however many and however chosen.
 *
 * Time is information, t = units / maximum. A bound spends its alpha as a function of t under continuous looking, and has
 * the form b(t)² = c0(L) + c1(L) · ln(1 / t) with L = ln(1 / alpha): a fit to bounds found by recursive integration of
 * Brownian motion on a grid of looks, raised so that it holds between them too (`test/vectors/sequential-bounds.json`).
 * @see Lan, DeMets 1983, for spending functions; Armitage, McPherson, Rowe 1969, for the integration; Jennison, Turnbull
 * 1999, chapter 9, for intervals that repeat
 */

/** How alpha is spent: two-sided as alpha · t^1.5, one-sided late as alpha · t, or early as alpha · √t. */
export type Spending = "two_sided" | "one_sided_late" | "one_sided_early";

/** Coefficients of 1, L and L². */
type Polynomial = readonly [number, number, number];

const FITS: Record<Spending, { level: Polynomial; slope: Polynomial }> = {
  two_sided: { level: [-0.497, 2.11853, -0.00284], slope: [3.14786, -0.00927, 0.00018] },
  one_sided_late: { level: [-1.646, 2.19503, -0.00635], slope: [2.16287, -0.01624, 0.00058] },
  one_sided_early: { level: [-1.067, 2.42326, -0.02495], slope: [1.15374, -0.03544, 0.00269] },
};

/** The fits reach down to this alpha; beyond it b² grows by a constant for every unit of L, on the safe side. */
const FITTED_LEVEL = Math.log(1e5);
const GROWTH_BEYOND = 2.06;

/**
 * Alpha is spent at the maximum. An experiment on hold goes on counting, and must not decide by looking for longer than it
 * said, so that b² rises by this much for every unit of ln t: looks up to ten times the maximum add half a point to 5 %.
 */
const RISE_AFTER_MAXIMUM = 10;

function evaluate([constant, linear, quadratic]: Polynomial, level: number): number {
  return constant + linear * level + quadratic * level ** 2;
}

/** b² at a level within the fit. */
function squaredBound(spending: Spending, information: number, level: number): number {
  const { level: atMaximum, slope } = FITS[spending];
  const remaining = -Math.log(information);
  return (
    evaluate(atMaximum, level) + remaining * (remaining < 0 ? -RISE_AFTER_MAXIMUM : evaluate(slope, level))
  );
}

/**
 * How far a bound is from the estimate, in standard errors.
 * @param information units seen / maximum, > 0; above 1 after the maximum
 * @param alpha in (0, 1), two-sided or one-sided as the spending is
 */
export function boundedMultiplier(spending: Spending, information: number, alpha: number): number {
  const level = -Math.log(alpha);
  const squared = squaredBound(spending, information, Math.min(level, FITTED_LEVEL));
  return Math.sqrt(Math.max(0, squared + GROWTH_BEYOND * Math.max(0, level - FITTED_LEVEL)));
}

/**
 * The two-sided p-value: below alpha exactly when the interval at alpha excludes 0. b² = z² is a quadratic in L. Above .2 it
 * only indicates, since the bound was made for smaller ones.
 * @param z estimate / error
 * @param information units seen / maximum, > 0
 */
export function boundedPValue(z: number, information: number): number {
  const squared = z ** 2;
  const beyond = squared - squaredBound("two_sided", information, FITTED_LEVEL);
  if (beyond > 0) return Math.exp(-FITTED_LEVEL - beyond / GROWTH_BEYOND);
  const { level, slope } = FITS.two_sided;
  const remaining = -Math.log(information);
  const [constant, linear, quadratic] = remaining < 0 ? [-RISE_AFTER_MAXIMUM, 0, 0] : slope;
  const a0 = level[0] + constant * remaining - squared;
  const a1 = level[1] + linear * remaining;
  const a2 = level[2] + quadratic * remaining;
  // The form that neither cancels nor divides by an a2 of 0.
  return Math.min(1, Math.exp((2 * a0) / (a1 + Math.sqrt(a1 ** 2 - 4 * a2 * a0))));
}
