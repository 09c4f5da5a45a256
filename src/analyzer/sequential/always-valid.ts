/**
 * Asymptotic confidence sequences: intervals that hold at every look at once, so that stopping whenever one likes does
 * not inflate the error rate.
 * @see Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, "Time-uniform central limit theory and asymptotic confidence
 * sequences"; the same mixture as Howard et al. 2021 and as Johari's mSPRT
 */

/**
 * The mixture's ρ², which makes the interval tightest when `plannedUnits` have been seen.
 * @param alpha 1 − coverage; a one-sided bound at level a uses 2a here
 */
export function mixtureVariance(plannedUnits: number, alpha: number): number {
  const logarithm = -2 * Math.log(alpha);
  return (logarithm + Math.log(1 + logarithm)) / plannedUnits;
}

/**
 * The ρ² that minimizes the interval's width at `plannedUnits` exactly; `mixtureVariance` is the first step toward it.
 * Solves x = −2 ln alpha + ln(1 + x), that is x = −W₋₁(−alpha² / e) − 1, by Newton's method.
 * @param alpha in (0, 1)
 */
export function exactMixtureVariance(plannedUnits: number, alpha: number): number {
  const logarithm = -2 * Math.log(alpha);
  let time = logarithm + Math.log1p(logarithm);
  for (let iteration = 0; iteration < 200; iteration++) {
    // Newton's step on x − logarithm − ln(1 + x), whose slope is x / (1 + x).
    const step = ((time - logarithm - Math.log1p(time)) * (1 + time)) / time;
    time -= step;
    if (!(Math.abs(step) > 4 * Number.EPSILON * time)) break;
  }
  return time / plannedUnits;
}

/** Half-width of the two-sided interval, in standard errors. @param intrinsicTime units seen × ρ², > 0 */
export function twoSidedMultiplier(intrinsicTime: number, alpha: number): number {
  const x = intrinsicTime;
  return Math.sqrt(((2 * (x + 1)) / x) * (Math.log1p(x) / 2 - Math.log(alpha)));
}

/** The p-value that falls below alpha exactly when the interval at alpha excludes 0. @param z estimate / error */
export function twoSidedPValue(z: number, intrinsicTime: number): number {
  const x = intrinsicTime;
  return Math.min(1, Math.exp(Math.log1p(x) / 2 - (z * z * x) / (2 * (x + 1))));
}

/** Distance of the one-sided bound from the estimate, in standard errors. @param alpha one-sided level */
export function oneSidedMultiplier(intrinsicTime: number, alpha: number): number {
  const x = intrinsicTime;
  return Math.sqrt(((2 * (x + 1)) / x) * Math.log1p(Math.sqrt(x + 1) / (2 * alpha)));
}

/**
 * The p-value that falls below alpha exactly when the one-sided bound at alpha excludes 0, for a fixed mixture.
 * @param z estimate / error, positive toward the alternative
 */
export function oneSidedPValue(z: number, intrinsicTime: number): number {
  if (!(z > 0)) return 1;
  const x = intrinsicTime;
  const exponent = (z * z * x) / (2 * (x + 1));
  // In logarithms where expm1 would overflow.
  const pValue =
    exponent > 700
      ? Math.exp(Math.log1p(x) / 2 - Math.LN2 - exponent)
      : Math.sqrt(x + 1) / (2 * Math.expm1(exponent));
  return Math.min(1, pValue);
}
