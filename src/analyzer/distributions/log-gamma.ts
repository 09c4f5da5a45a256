import gammaln from "@stdlib/math-base-special-gammaln";

const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/** From here on five terms of the series give all digits. */
const SERIES_FROM = 16;

/**
 * What Stirling's formula lacks: ln Γ(z) − ((z − ½) ln z − z + ½ ln 2π). Differences of ln Γ at large arguments need it,
 * because ln Γ(1e9) itself is only known to 4e-6.
 * @param z > 0
 * @see Loader 2000, "Fast and accurate computation of binomial probabilities"
 */
export function stirlingError(z: number): number {
  if (z < SERIES_FROM) return gammaln(z) - ((z - 0.5) * Math.log(z) - z + HALF_LOG_TWO_PI);
  const square = 1 / (z * z);
  const series =
    1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188))));
  return series / z;
}

/** x ln(x / expected) + expected − x: Loader's deviance, without cancellation near its 0. @param x, expected > 0 */
export function deviance(x: number, expected: number): number {
  const relative = (x - expected) / expected;
  if (Math.abs(relative) > 0.1) return x * Math.log(x / expected) + expected - x;
  // (1 + r) ln(1 + r) − r = Σ (−r)^k / (k (k − 1)), k ≥ 2
  let [sum, power] = [0, relative * relative];
  for (let k = 2; k < 40; k++) {
    sum += power / (k * (k - 1));
    power *= -relative;
  }
  return expected * sum;
}
