import type { FactorEffect, FactorialAnalysis, Unavailable } from "../model/analysis.ts";
import type { ExperimentSpec } from "../model/experiment.ts";
import { mixtureVariance, twoSidedMultiplier, twoSidedPValue } from "./always-valid.ts";
import type { Arm } from "./arms.ts";
import { normalUpperQuantile, normalUpperTail } from "./distributions.ts";
import { holm } from "./holm.ts";
import { weightedLeastSquares } from "./least-squares.ts";

type Levels = Readonly<Record<string, string>>;

/** A column of the design: an effect of one level, or of two together. */
type Term = FactorEffect["levels"];

interface Observation {
  levels: Levels;
  estimate: number;
  squaredError: number;
  units: number;
}

function mainTerms(arms: readonly Levels[], base: Levels): Term[] {
  return Object.entries(base).flatMap(([factor, baseLevel]) => {
    const levels = new Set(arms.flatMap((arm) => arm[factor] ?? []));
    levels.delete(baseLevel);
    return [...levels].map((level): Term => [{ factor, level, base: baseLevel }]);
  });
}

function pairTerms(main: readonly Term[]): Term[] {
  return main.flatMap((first, index) =>
    main
      .slice(index + 1)
      .filter((second) => second[0]?.factor !== first[0]?.factor)
      .map((second): Term => [...first, ...second]),
  );
}

function applies(term: Term, levels: Levels): number {
  return term.every(({ factor, level }) => levels[factor] === level) ? 1 : 0;
}

/** Estimates the terms; the constant is control's own level of every factor. */
function estimateTerms(observations: readonly Observation[], terms: readonly Term[]) {
  return weightedLeastSquares(
    observations.map(({ levels }) => [1, ...terms.map((term) => applies(term, levels))]),
    observations.map(({ estimate }) => estimate),
    observations.map(({ squaredError }) => squaredError),
  );
}

function effectsOf(
  observations: readonly Observation[],
  terms: readonly Term[],
  shown: readonly Term[],
  { alpha, plannedUnits }: { alpha: number; plannedUnits: number },
): FactorEffect[] | undefined {
  const fitted = estimateTerms(observations, terms);
  if (!fitted) return undefined;
  const units = observations.reduce((sum, observation) => sum + observation.units, 0);
  const intrinsicTime = units * mixtureVariance(plannedUnits, alpha);
  const effects = shown.map((levels) => {
    const position = terms.indexOf(levels) + 1;
    const estimate = fitted.coefficients[position] ?? 0;
    const standardError = Math.sqrt(fitted.squaredErrors[position] ?? 0);
    const around = (reach: number) => ({ lower: estimate - reach, upper: estimate + reach });
    const score = estimate / standardError;
    return {
      levels,
      estimate,
      standardError,
      pValue: Math.min(1, 2 * normalUpperTail(Math.abs(score))),
      interval: around(normalUpperQuantile(alpha / 2) * standardError),
      alwaysValid: {
        pValue: twoSidedPValue(score, intrinsicTime),
        interval: around(twoSidedMultiplier(intrinsicTime, alpha) * standardError),
      },
    };
  });
  const adjusted = holm(effects.map(({ alwaysValid }) => alwaysValid.pValue));
  return effects.map((effect, index) => ({ ...effect, adjustedAlwaysValidPValue: adjusted[index] ?? 1 }));
}

/**
 * Main effects and two-way interactions of a factorial experiment, by least squares on the arms' estimates with their
 * errors. Every effect is a change from control's level of the factor.
 * @returns null when the arms are not made of factor levels
 */
export function analyzeFactors(
  spec: ExperimentSpec,
  arms: readonly Arm[],
): FactorialAnalysis | Unavailable | null {
  const levelsOf = (key: string) => spec.variants.find((variant) => variant.key === key)?.levels;
  const base = levelsOf(spec.control);
  if (!base) return null;
  const observations = arms.flatMap(({ variant, statistics }) => {
    const levels = levelsOf(variant);
    return levels && statistics && statistics.units > 1 ? [{ levels, ...statistics }] : [];
  });
  if (observations.length < arms.length) return { status: "unavailable", reason: "insufficient_data" };
  if (observations.some(({ squaredError }) => !(squaredError > 0))) {
    return { status: "unavailable", reason: "zero_variance" };
  }
  const main = mainTerms(
    observations.map(({ levels }) => levels),
    base,
  );
  const pairs = pairTerms(main);
  const mainEffects = effectsOf(observations, main, main, spec);
  if (!mainEffects) return { status: "unavailable", reason: "insufficient_data" };
  return {
    status: "ok",
    method: "weighted_least_squares",
    mainEffects,
    interactions: effectsOf(observations, [...main, ...pairs], pairs, spec) ?? [],
  };
}
