import type { Unavailable } from "#model/analysis/analysis.ts";
import { betaLowerTail, betaUpperTail } from "../distributions/index.ts";
import { type Counts, inputErrorOfCounts } from "../estimates/proportion-interval.ts";
import { integrate, panelEdges } from "../numeric/quadrature.ts";
import { areFinite, unavailable, withoutNaN } from "../unavailable.ts";

/** Parameters of a beta distribution, both > 0. */
export interface Beta {
  a: number;
  b: number;
}

/** The posterior of an arm's share of successes. @param prior a and b > 0; (1, 1) is flat */
export function betaPosterior({ successes, units }: Counts, prior: Beta): Beta {
  return { a: prior.a + successes, b: prior.b + (units - successes) };
}

/** Why a prior is none, or undefined. */
export function inputErrorOfPrior({ a, b }: Beta): Unavailable | undefined {
  return areFinite(a, b) && a > 0 && b > 0 ? undefined : unavailable("bad_input");
}

/** The logit scale, where every beta density is smooth and log-concave. */
export function logitFeature({ a, b }: Beta): { center: number; scale: number } {
  return { center: Math.log(a / b), scale: Math.sqrt(1 / a + 1 / b) };
}

/** The density of the logit of a beta variable, up to its constant. */
export function logitDensity({ a, b }: Beta): (logit: number) => number {
  const center = Math.log(a / b);
  return (logit) => {
    const u = logit - center;
    return a < b
      ? Math.exp(a * u - (a + b) * Math.log1p((a / (a + b)) * Math.expm1(u)))
      : Math.exp(-b * u - (a + b) * Math.log1p((b / (a + b)) * Math.expm1(-u)));
  };
}

/** P(logit of a beta variable < logit), from whichever side of ½ has the digits. */
export function chanceBelow({ a, b }: Beta, logit: number): number {
  return logit < 0 ? betaLowerTail(shareOf(logit), a, b) : betaUpperTail(shareOf(-logit), b, a);
}

/** 1 / (1 + e^−logit) */
function shareOf(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

export interface BetaComparison {
  /** P(treatment's share > control's) */
  chanceToWin: number;
  /** E[max(treatment − control, 0)] */
  lossOfControl: number;
  /** E[max(control − treatment, 0)] */
  lossOfTreatment: number;
}

/**
 * Compares two arms' posteriors of a share of successes by integration over the logit: P = ∫ density of treatment ·
 * P(control below), loss = ∫ P(one above) · P(other below). All terms are positive, so small numbers keep their digits.
 * @param prior of both arms
 */
export function compareBetas(control: Counts, treatment: Counts, prior: Beta): BetaComparison | Unavailable {
  const inputError = inputErrorOfPrior(prior) ?? inputErrorOfUnits(control) ?? inputErrorOfUnits(treatment);
  if (inputError) return inputError;
  const [first, second] = [betaPosterior(control, prior), betaPosterior(treatment, prior)];
  const edges = panelEdges([logitFeature(first), logitFeature(second)]);
  const density = logitDensity(second);
  const above = ({ a, b }: Beta, logit: number) => chanceBelow({ a: b, b: a }, -logit);
  const loss = (worse: Beta, better: Beta) =>
    integrate(
      (logit) => chanceBelow(worse, logit) * above(better, logit) * shareOf(logit) * shareOf(-logit),
      edges,
    );
  return withoutNaN({
    chanceToWin:
      integrate((logit) => density(logit) * chanceBelow(first, logit), edges) / integrate(density, edges),
    lossOfControl: loss(first, second),
    lossOfTreatment: loss(second, first),
  });
}

/** An arm without units is sound here: its posterior is the prior. */
export function inputErrorOfUnits(counts: Counts): Unavailable | undefined {
  return counts.units === 0 && counts.successes === 0 ? undefined : inputErrorOfCounts(counts);
}
