import type { Unavailable } from "#model/analysis/analysis.ts";
import { betaLowerQuantile, normalUpperQuantile } from "../distributions/index.ts";
import { areFinite, isShare, unavailable, withoutNaN } from "../unavailable.ts";
import type { Bounds } from "./estimate.ts";

/** Successes among independent units of one arm. */
export interface Counts {
  successes: number;
  units: number;
}

/** `bad_input` unless 0 ≤ successes ≤ units, `insufficient_data` without units; undefined when sound. */
export function inputErrorOfCounts({ successes, units }: Counts): Unavailable | undefined {
  if (!areFinite(successes, units) || successes < 0 || successes > units) return unavailable("bad_input");
  return units > 0 ? undefined : unavailable("insufficient_data");
}

/**
 * Wilson's score interval. Each end comes from the product of the two, so that neither loses digits near 0 or 1.
 * @param counts sound counts
 * @param z the normal quantile of half the error rate
 * @see Wilson 1927
 */
export function wilsonBounds({ successes, units }: Counts, z: number): Bounds {
  const [share, rest] = [successes / units, (units - successes) / units];
  const shrink = 1 + z ** 2 / units;
  const spread = z * Math.sqrt((share * rest) / units + z ** 2 / (4 * units ** 2));
  const upper = (share + z ** 2 / (2 * units) + spread) / shrink;
  const restOfLower = (rest + z ** 2 / (2 * units) + spread) / shrink;
  return share <= rest
    ? { lower: share ** 2 / (shrink * upper), upper }
    : { lower: 1 - restOfLower, upper: 1 - rest ** 2 / (shrink * restOfLower) };
}

export interface ProportionIntervals {
  wilson: Bounds;
  /** Exact: never covers less than it promises. */
  clopperPearson: Bounds;
  /** Equal tails of the posterior under Jeffreys' prior; reaches 0 and 1 when none or all succeed. */
  jeffreys: Bounds;
  /** May leave [0, 1]. */
  agrestiCoull: Bounds;
}

/**
 * Intervals for one proportion.
 * @param alpha 1 − coverage
 * @see Brown, Cai, DasGupta 2001, "Interval Estimation for a Binomial Proportion"
 */
export function proportionIntervals(counts: Counts, alpha: number): ProportionIntervals | Unavailable {
  const inputError = inputErrorOfCounts(counts);
  if (inputError) return inputError;
  if (!isShare(alpha)) return unavailable("bad_input");
  const { successes, units } = counts;
  const failures = units - successes;
  const z = normalUpperQuantile(alpha / 2);
  const tails = (low: [number, number], high: [number, number]): Bounds => ({
    lower: successes === 0 ? 0 : betaLowerQuantile(alpha / 2, ...low),
    upper: failures === 0 ? 1 : 1 - betaLowerQuantile(alpha / 2, high[1], high[0]),
  });
  const shrunkUnits = units + z ** 2;
  const shrunk = (successes + z ** 2 / 2) / shrunkUnits;
  const spread = z * Math.sqrt((shrunk * (1 - shrunk)) / shrunkUnits);
  return withoutNaN({
    wilson: wilsonBounds(counts, z),
    clopperPearson: tails([successes, failures + 1], [successes + 1, failures]),
    jeffreys: tails([successes + 0.5, failures + 0.5], [successes + 0.5, failures + 0.5]),
    agrestiCoull: { lower: shrunk - spread, upper: shrunk + spread },
  });
}
