import type { Unavailable } from "#model/analysis/analysis.ts";
import type { Bounds } from "../estimates/estimate.ts";
import { areFinite, isShare, unavailable, withoutNaN } from "../unavailable.ts";

export interface MixtureRatioTest {
  /** ln of the likelihood ratio, averaged over effects N(0, effectVariance), against no effect. */
  logLikelihoodRatio: number;
  /** Valid at every look. */
  pValue: number;
  halfWidth: number;
  interval: Bounds;
}

/**
 * The mixture sequential probability ratio test (mSPRT) of a difference.
 * @param effectVariance τ² > 0 of the effects that are expected, in squared units of the metric
 * @param alpha 1 − coverage over all looks
 * @see Johari, Pekelis, Walsh 2015, "Always valid inference"
 */
export function mixtureRatioTest(
  { estimate, standardError }: { estimate: number; standardError: number },
  effectVariance: number,
  alpha: number,
): MixtureRatioTest | Unavailable {
  if (!areFinite(estimate, standardError, effectVariance) || standardError < 0)
    return unavailable("bad_input");
  if (!(effectVariance > 0) || !isShare(alpha)) return unavailable("bad_input");
  if (standardError === 0) return unavailable("zero_variance");
  // τ² in squared standard errors, which neither overflow nor vanish.
  const relative = effectVariance / standardError / standardError;
  const share = 1 / (1 + 1 / relative);
  const z = estimate / standardError;
  const logLikelihoodRatio = (z * z * share - Math.log1p(relative)) / 2;
  const halfWidth = standardError * Math.sqrt((2 / share) * (Math.log1p(relative) / 2 - Math.log(alpha)));
  return withoutNaN({
    logLikelihoodRatio,
    pValue: Math.min(1, Math.exp(-logLikelihoodRatio)),
    halfWidth,
    interval: { lower: estimate - halfWidth, upper: estimate + halfWidth },
  });
}
