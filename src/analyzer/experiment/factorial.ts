import type { FactorEffect, FactorialAnalysis, Unavailable } from "#model/analysis/analysis.ts";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";
import { type LookPlan, lookPlanOf } from "#model/experiment/look-plan.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { studentTwoSided, studentUpperQuantile } from "../distributions/index.ts";
import { toNormalScore } from "../distributions/student-scale.ts";
import { alwaysValidMultiplier } from "../estimates/difference.ts";
import { sequentialSquaredError } from "../estimates/sequential-error.ts";
import { weightedLeastSquares } from "../numeric/least-squares.ts";
import { everyLookPValue } from "../sequential/look-plan.ts";
import { holm } from "../tests/holm.ts";
import { unavailable } from "../unavailable.ts";
import type { Arm } from "./arms.ts";

type Levels = Readonly<Record<string, string>>;

/** A column of the design: an effect of one level, or of two together. */
type Term = FactorEffect["levels"];

interface Observation {
  levels: Levels;
  estimate: number;
  squaredError: number;
  /** The one that always-valid intervals use. */
  sequentialSquaredError: number;
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

/**
 * Estimates the terms; the constant is control's own level of every factor. Arms weigh by their units: weights made of
 * estimated variances would depend on the outcomes, and a proportion that is low by chance would weigh too much.
 */
function estimateTerms(observations: readonly Observation[], terms: readonly Term[]) {
  return weightedLeastSquares(
    observations.map(({ levels }) => [1, ...terms.map((term) => applies(term, levels))]),
    observations.map(({ estimate }) => estimate),
    observations.map(({ squaredError }) => squaredError),
    observations.map(({ units }) => units),
  );
}

/** A coefficient's sequential error, and its degrees of freedom by Satterthwaite's formula. */
function errorOf(observations: readonly Observation[], shares: readonly number[]) {
  const parts = observations.map((observation, index) => ({
    part: (shares[index] ?? 0) ** 2 * observation.sequentialSquaredError,
    units: observation.units,
  }));
  const squared = parts.reduce((sum, { part }) => sum + part, 0);
  const spread = parts.reduce((sum, { part, units }) => sum + (part / squared) ** 2 / (units - 1), 0);
  return { error: Math.sqrt(squared), degreesOfFreedom: 1 / spread };
}

function effectsOf(
  observations: readonly Observation[],
  terms: readonly Term[],
  shown: readonly Term[],
  { alpha, plan }: { alpha: number; plan: LookPlan },
): FactorEffect[] | undefined {
  const fitted = estimateTerms(observations, terms);
  if (!fitted) return undefined;
  const units = observations.reduce((sum, observation) => sum + observation.units, 0);
  const effects = shown.map((levels) => {
    const position = terms.indexOf(levels) + 1;
    const estimate = fitted.coefficients[position] ?? 0;
    const standardError = Math.sqrt(fitted.squaredErrors[position] ?? 0);
    const { error, degreesOfFreedom } = errorOf(observations, fitted.shares[position] ?? []);
    const around = (reach: number) => ({ lower: estimate - reach, upper: estimate + reach });
    const multiplier = alwaysValidMultiplier({ units, degreesOfFreedom }, plan, alpha);
    return {
      levels,
      estimate,
      standardError,
      pValue: studentTwoSided(estimate / standardError, degreesOfFreedom),
      interval: around(studentUpperQuantile(alpha / 2, degreesOfFreedom) * standardError),
      alwaysValid: {
        pValue: everyLookPValue(plan, toNormalScore(estimate / error, degreesOfFreedom), units, alpha),
        interval: around(multiplier * error),
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
  definition: MetricDefinition,
  arms: readonly Arm[],
): FactorialAnalysis | Unavailable | null {
  const levelsOf = (key: string) => spec.variants.find((variant) => variant.key === key)?.levels;
  const base = levelsOf(spec.control);
  if (!base) return null;
  const observations = arms.flatMap(({ variant, statistics }) => {
    const levels = levelsOf(variant);
    if (!levels || !statistics || statistics.units <= 1) return [];
    const { estimate, squaredError, units } = statistics;
    const sequential = sequentialSquaredError(definition, statistics);
    const plain = squaredError > 0 ? squaredError : sequential;
    return [{ levels, estimate, squaredError: plain, units, sequentialSquaredError: sequential }];
  });
  if (observations.length < arms.length) return unavailable("insufficient_data");
  if (observations.some((observation) => !(observation.sequentialSquaredError > 0))) {
    return unavailable("zero_variance");
  }
  const main = mainTerms(
    observations.map(({ levels }) => levels),
    base,
  );
  const pairs = pairTerms(main);
  const settings = { alpha: spec.alpha, plan: lookPlanOf(spec) };
  const mainEffects = effectsOf(observations, main, main, settings);
  if (!mainEffects) return unavailable("insufficient_data");
  return {
    status: "ok",
    method: "weighted_least_squares",
    mainEffects,
    interactions: effectsOf(observations, [...main, ...pairs], pairs, settings) ?? [],
  };
}
