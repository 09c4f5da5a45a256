/** An estimated effect with its standard error, both in the metric's own unit. */
export interface EstimatedEffect {
  estimate: number;
  /** Above 0. */
  standardError: number;
}

/** From fewer effects their spread cannot be told. */
const MINIMUM_EFFECTS = 5;

/**
 * The spread of the true effects around none, by the moments of estimates: the variance of an estimate is that of the true
 * effects and its own error's, so that τ² = Σ w (y² − s²) / Σ w with w = 1/s², and 0 where the estimates differ no more than
 * their errors alone explain. Around none rather than around their mean, so that no effect is made larger.
 * Source: Efron & Morris 1975, "Data analysis using Stein's estimator", JASA 70; the weights are DerSimonian & Laird 1986.
 * @returns τ, at least 0; undefined for fewer than five effects
 */
export function spreadOfEffects(effects: readonly EstimatedEffect[]): number | undefined {
  if (effects.length < MINIMUM_EFFECTS) return undefined;
  let [excess, weights] = [0, 0];
  for (const { estimate, standardError } of effects) {
    const weight = 1 / standardError ** 2;
    excess += weight * estimate ** 2 - 1;
    weights += weight;
  }
  return Math.sqrt(Math.max(0, excess / weights));
}

/**
 * An effect drawn toward none by how much of it is to be expected as error: the mean and the standard deviation of the normal
 * posterior under N(0, τ²). Winners are picked because they are large, and by this much their estimates are too large on
 * average. It does not depend on when the experiment ended.
 * @param spread τ, of `spreadOfEffects`
 */
export function shrinkEffect({ estimate, standardError }: EstimatedEffect, spread: number): EstimatedEffect {
  if (spread === 0) return { estimate: 0, standardError: 0 };
  // Of the ratio, because squares of very small numbers are 0.
  const ratio = (standardError / spread) ** 2;
  const kept = 1 / (1 + ratio);
  return { estimate: estimate * kept, standardError: standardError * Math.sqrt(kept) };
}
