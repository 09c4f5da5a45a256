import type { Unavailable } from "#model/analysis/analysis.ts";
import { normalDensity, normalUpperQuantile, normalUpperTail } from "../distributions/index.ts";
import type { Bounds } from "../estimates/estimate.ts";
import { areFinite, isShare, unavailable, withoutNaN } from "../unavailable.ts";

export interface NormalPosterior {
  mean: number;
  deviation: number;
  /** P(effect > 0) */
  chanceToWin: number;
  interval: Bounds;
  /** What keeping control is expected to forgo: E[max(effect, 0)]. */
  riskOfControl: number;
  /** What switching to treatment is expected to cost: E[max(−effect, 0)]. */
  riskOfTreatment: number;
}

/**
 * Posterior of a normal effect. Not protected against repeated looks.
 * @param prior N(mean, deviation²) of the effect; undefined for a flat one
 * @param alpha 1 − the credible interval's mass
 * @returns `zero_variance` for a standard error of 0
 * @see Gelman et al. 2013, "Bayesian Data Analysis", 2.5
 */
export function normalPosterior(
  { estimate, standardError }: { estimate: number; standardError: number },
  prior: { mean: number; deviation: number } | undefined,
  alpha: number,
): NormalPosterior | Unavailable {
  if (!areFinite(estimate, standardError) || standardError < 0 || !isShare(alpha))
    return unavailable("bad_input");
  if (prior && !(areFinite(prior.mean, prior.deviation) && prior.deviation > 0))
    return unavailable("bad_input");
  if (standardError === 0) return unavailable("zero_variance");
  // The share of the data in the posterior's precision, from a quotient that cannot overflow.
  const share = prior ? 1 / (1 + (standardError / prior.deviation) ** 2) : 1;
  const mean = prior ? share * estimate + (1 - share) * prior.mean : estimate;
  const deviation = standardError * Math.sqrt(share);
  const score = mean / deviation;
  const reach = normalUpperQuantile(alpha / 2) * deviation;
  return withoutNaN({
    mean,
    deviation,
    chanceToWin: normalUpperTail(-score),
    interval: { lower: mean - reach, upper: mean + reach },
    riskOfControl: deviation * expectedGain(score),
    riskOfTreatment: deviation * expectedGain(-score),
  });
}

/** E[max(Z + score, 0)] for a standard normal Z. */
function expectedGain(score: number): number {
  if (score > 0) return score + expectedGain(-score);
  if (score < -40) return 0;
  return Math.max(0, normalDensity(score) + score * normalUpperTail(-score));
}
