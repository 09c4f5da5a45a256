import { stratumOfCell, UNKNOWN_CELL } from "#model/analysis/adjustment-cell.ts";
import { chiSquareUpperTail } from "../distributions/index.ts";
import { solveSymmetric } from "../numeric/solve-symmetric.ts";
import { type ArmFeatures, type ArmWithAdjustment, featuresOf } from "./arm-features.ts";
import { withCenteredCovariates } from "./center-covariates.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

/** With fewer units in an arm, or over all arms for every coefficient, the coefficients are noise. */
const MINIMUM_ARM_UNITS = 30;
const MINIMUM_UNITS_PER_COEFFICIENT = 20;

/** Cells with fewer units over all arms are taken together. */
const MINIMUM_CELL_UNITS = 20;

/** Strata and covariates that the variant has something to do with are not from before the assignment. */
const IMBALANCE_THRESHOLD = 0.001;

const TOGETHER = "rest";

export type RegressionAdjustment =
  | {
      status: "adjusted";
      /** Of the metric's own covariate and the numeric attributes, in their order; 0 where there is none. */
      slopes: number[];
      /** Strata with a mean of their own. */
      strata: number;
      /** Units of which anything is known. */
      units: number;
      arms: UnitStatistics[];
    }
  /** @param pValue that a split of strata and covariates like this one is chance */
  | { status: "imbalanced"; pValue: number; units: number };

function sumOver(arms: readonly ArmFeatures[], read: (arm: ArmFeatures) => number): number {
  return arms.reduce((sum, arm) => sum + read(arm), 0);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

/** The cells with an indicator of their own, all but the largest, and under which name every cell is counted. */
function planCells(arms: readonly ArmWithAdjustment[]) {
  const unknown = String(UNKNOWN_CELL);
  const sizes = new Map<string, number>();
  for (const { statistics, moments } of arms) {
    let others = statistics.units;
    for (const [key, { units }] of Object.entries(moments.cells)) {
      sizes.set(key, (sizes.get(key) ?? 0) + units);
      others -= units;
    }
    if (others > 0) sizes.set(unknown, (sizes.get(unknown) ?? 0) + others);
  }
  const isLarge = (key: string) => (sizes.get(key) ?? 0) >= MINIMUM_CELL_UNITS;
  const large = [...sizes.keys()].filter(isLarge).sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
  const hasSmall = large.length < sizes.size;
  const known = [...sizes].reduce((sum, [key, units]) => (key === unknown ? sum : sum + units), 0);
  return {
    nameOf: (key: string) => (isLarge(key) ? key : TOGETHER),
    indicators: hasSmall ? large : large.slice(1),
    strata: new Set(large.map((key) => stratumOfCell(Number(key)))).size,
    unknown,
    known,
  };
}

/**
 * The probability that strata and covariates which the variant has nothing to do with differ between arms as much as these: Pillai's
 * trace, whose limit is a chi-square distribution.
 * @param products of all arms together, within arms
 * @param shifts of every arm's means from those of all units
 */
function balancePValue(
  arms: readonly ArmFeatures[],
  products: readonly (readonly number[])[],
  shifts: readonly (readonly number[])[],
): number {
  const total = products.map((row, index) =>
    row.map((entry, column) =>
      arms.reduce(
        (sum, { units }, arm) => sum + units * (shifts[arm]?.[index] ?? 0) * (shifts[arm]?.[column] ?? 0),
        entry,
      ),
    ),
  );
  const { solutions, rank } = solveSymmetric(total, shifts);
  if (rank === 0) return 1;
  const trace = shifts.reduce(
    (sum, shift, arm) => sum + (arms[arm]?.units ?? 0) * dot(shift, solutions[arm] ?? []),
    0,
  );
  return chiSquareUpperTail((sumOver(arms, ({ units }) => units) - 1) * trace, rank * (arms.length - 1));
}

/**
 * Post-stratification and several covariates at once: takes out of every arm what strata and covariates from before the assignment
 * explain, with one set of coefficients for all arms, those of the pooled regression within arms on each unit's linearised outcome.
 * Every arm keeps a variance of its own, so that the coefficients need not be right for the comparison to be.
 * @returns undefined where too few units are known, or nothing differs between units
 * @see Lin 2013, "Agnostic notes on regression adjustments to experimental data"; Miratrix, Sekhon, Yu 2013 (post-stratification);
 * Deng, Xu, Kohavi, Walker 2013; Pillai 1955 (balance)
 */
export function adjustByRegression(arms: readonly ArmWithAdjustment[]): RegressionAdjustment | undefined {
  const smallest = Math.min(...arms.map(({ statistics }) => statistics.units));
  if (arms.length < 2 || smallest < MINIMUM_ARM_UNITS) return undefined;
  const { indicators, nameOf, strata, unknown, known } = planCells(arms);
  const features = withCenteredCovariates(arms).map((arm) => featuresOf(arm, indicators, nameOf, unknown));
  const size = features[0]?.means.length ?? 0;
  const units = sumOver(features, (arm) => arm.units);
  const products = Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (__, column) =>
      sumOver(features, (arm) => arm.products[row]?.[column] ?? 0),
    ),
  );
  const withOutcome = Array.from({ length: size }, (_, row) =>
    sumOver(features, (arm) => arm.withOutcome[row] ?? 0),
  );
  const means = Array.from({ length: size }, (_, row) =>
    sumOver(features, (arm) => ((arm.means[row] ?? 0) * arm.units) / units),
  );
  const shifts = features.map((arm) => arm.means.map((mean, row) => mean - (means[row] ?? 0)));
  const pValue = balancePValue(features, products, shifts);
  if (!(pValue >= IMBALANCE_THRESHOLD)) return { status: "imbalanced", pValue, units: known };

  const { solutions, rank } = solveSymmetric(products, [withOutcome]);
  const [coefficients = []] = solutions;
  if (rank === 0 || units < MINIMUM_UNITS_PER_COEFFICIENT * rank) return undefined;
  const freedom = units - features.length;
  // What the coefficients have fitted of the noise is none of the explanation.
  const inflation = freedom / (freedom - rank);
  const adjusted = arms.map(({ statistics }, index): UnitStatistics | undefined => {
    const arm = features[index];
    if (!arm) return undefined;
    const explained = dot(coefficients, arm.withOutcome);
    const fitted = dot(
      coefficients,
      arm.products.map((row) => dot(row, coefficients)),
    );
    const left = statistics.unitVariance * (arm.units - 1) - 2 * explained + fitted;
    const unitVariance = (Math.max(0, left) / (arm.units - 1)) * inflation;
    const estimate = statistics.estimate - dot(coefficients, shifts[index] ?? []);
    return { ...statistics, estimate, unitVariance, squaredError: unitVariance / arm.units };
  });
  const complete = adjusted.filter((arm) => arm !== undefined);
  const areUsable = complete.every(
    ({ estimate, unitVariance }) => Number.isFinite(estimate) && Number.isFinite(unitVariance),
  );
  if (complete.length < arms.length || !areUsable) return undefined;
  return {
    status: "adjusted",
    slopes: coefficients.slice(indicators.length),
    strata,
    units: known,
    arms: complete,
  };
}
