import type { Unavailable } from "#model/analysis/analysis.ts";
import { normalUpperTail } from "../distributions/index.ts";
import type { Counts } from "../estimates/proportion-interval.ts";
import { type Feature, integrate, panelEdges } from "../numeric/quadrature.ts";
import {
  type Beta,
  betaPosterior,
  chanceBelow,
  inputErrorOfPrior,
  inputErrorOfUnits,
  logitDensity,
  logitFeature,
} from "../tests/beta-binomial.ts";
import { areFinite, unavailable, withoutNaN } from "../unavailable.ts";

/** An arm's posterior on some axis: its density up to a constant, and P(arm < x). */
interface Posterior {
  feature: Feature;
  density(x: number): number;
  below(x: number): number;
}

/** P(arm is the largest) = ∫ its density · Π P(other arm < x), without random draws. */
function probabilitiesOfBest(arms: readonly Posterior[]): number[] {
  const edges = panelEdges(arms.map(({ feature }) => feature));
  return arms.map((arm, index) => {
    const others = arms.filter((_, other) => other !== index);
    const wins = (x: number) => {
      let product = arm.density(x);
      for (const other of others) {
        if (product === 0) break;
        product *= other.below(x);
      }
      return product;
    };
    return integrate(wins, edges) / integrate(arm.density, edges);
  });
}

/**
 * The chance that each arm is best, from normal posteriors: how often Thompson sampling shows it.
 * @param arms mean and standard deviation > 0 of every posterior
 * @param better which values are best
 */
export function normalProbabilitiesOfBest(
  arms: readonly { mean: number; deviation: number }[],
  better: "higher" | "lower" = "higher",
): number[] | Unavailable {
  if (!arms.every(({ mean, deviation }) => areFinite(mean, deviation) && deviation >= 0))
    return unavailable("bad_input");
  if (arms.length === 0) return unavailable("insufficient_data");
  if (arms.some(({ deviation }) => deviation === 0)) return unavailable("zero_variance");
  const sign = better === "higher" ? 1 : -1;
  return withoutNaN(
    probabilitiesOfBest(
      arms.map(({ mean, deviation }) => ({
        feature: { center: sign * mean, scale: deviation },
        density: (x) => Math.exp(-(((x - sign * mean) / deviation) ** 2) / 2),
        below: (x) => normalUpperTail((sign * mean - x) / deviation),
      })),
    ),
  );
}

/**
 * The chance that each arm has the largest share of successes, from beta posteriors.
 * @param prior of every arm
 */
export function betaProbabilitiesOfBest(arms: readonly Counts[], prior: Beta): number[] | Unavailable {
  const inputError =
    inputErrorOfPrior(prior) ?? arms.map(inputErrorOfUnits).find((error) => error !== undefined);
  if (inputError) return inputError;
  if (arms.length === 0) return unavailable("insufficient_data");
  return withoutNaN(
    probabilitiesOfBest(
      arms.map((arm) => {
        const posterior = betaPosterior(arm, prior);
        return {
          feature: logitFeature(posterior),
          density: logitDensity(posterior),
          below: (x) => chanceBelow(posterior, x),
        };
      }),
    ),
  );
}
