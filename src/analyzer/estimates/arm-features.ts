import type { AdjustmentMoments, ExactSum } from "#model/analysis/moments.ts";
import { add, divide, multiply, product, subtract, toNumber, ZERO } from "../numeric/exact-sum.ts";
import type { UnitStatistics } from "./unit-statistics.ts";

/** An arm's units with what they are adjusted for. */
export interface ArmWithAdjustment {
  statistics: UnitStatistics;
  moments: AdjustmentMoments;
}

/**
 * The features of an arm's units, means and centered sums of products: one indicator for every cell but the first, then the
 * covariates.
 */
export interface ArmFeatures {
  units: number;
  means: number[];
  /** Σ(w − w̄)(w − w̄)ᵀ */
  products: number[][];
  /** Σ(w − w̄)(e − ē), with a unit's linearised outcome e. */
  withOutcome: number[];
}

interface Cell {
  units: number;
  /** Σe over its units. */
  outcome: ExactSum;
  z: readonly ExactSum[];
}

/** Units in which nothing is known of attributes or covariates, and that have no event, are in no cell yet. */
function cellsOf(
  { statistics, moments }: ArmWithAdjustment,
  nameOf: (key: string) => string,
  unknown: string,
): Map<string, Cell> {
  const { units, estimate, observations } = statistics;
  const perUnit = observations / units;
  const ratio: ExactSum = [estimate, 0];
  const cells = new Map<string, Cell>();
  const addTo = (key: string, cell: Cell) => {
    const known = cells.get(key);
    cells.set(
      key,
      known
        ? {
            units: known.units + cell.units,
            outcome: add(known.outcome, cell.outcome),
            z: known.z.map((sum, index) => add(sum, cell.z[index] ?? ZERO)),
          }
        : cell,
    );
  };
  let counted = 0;
  let outcomes = ZERO;
  for (const [key, { units: inCell, y, d, z }] of Object.entries(moments.cells)) {
    const residual = divide(subtract(y, multiply(ratio, d)), perUnit);
    const outcome = add(product(inCell, estimate), residual);
    counted += inCell;
    outcomes = add(outcomes, outcome);
    addTo(nameOf(key), { units: inCell, outcome, z });
  }
  const others = units - counted;
  if (others > 0)
    addTo(nameOf(unknown), {
      units: others,
      outcome: subtract(product(units, estimate), outcomes),
      z: moments.zy.map(() => ZERO),
    });
  return cells;
}

function centered(products: ExactSum, a: ExactSum, b: ExactSum, count: number): number {
  return toNumber(subtract(products, divide(multiply(a, b), count)));
}

/**
 * @param indicators the cells that have one, by their names
 * @param nameOf which cells are taken together
 * @param unknown the cell of units of which nothing is known
 */
export function featuresOf(
  arm: ArmWithAdjustment,
  indicators: readonly string[],
  nameOf: (key: string) => string,
  unknown: string,
): ArmFeatures {
  const { statistics, moments } = arm;
  const { units, estimate, observations } = statistics;
  const cells = cellsOf(arm, nameOf, unknown);
  const count = moments.zy.length;
  const perUnit = observations / units;
  const ratio: ExactSum = [estimate, 0];
  const sums = moments.zy.map((_, index) =>
    [...cells.values()].reduce((sum, { z }) => add(sum, z[index] ?? ZERO), ZERO),
  );
  const inCell = indicators.map((name) => cells.get(name)?.units ?? 0);
  const cellProducts = indicators.map((name, row) => [
    ...inCell.map((other, column) => (row === column ? other : 0) - ((inCell[row] ?? 0) * other) / units),
    ...sums.map((sum, index) =>
      centered(cells.get(name)?.z[index] ?? ZERO, [inCell[row] ?? 0, 0], sum, units),
    ),
  ]);
  let place = 0;
  const upper = sums.map((sum, row) =>
    sums.slice(row).map((other) => centered(moments.zz[place++] ?? ZERO, sum, other, units)),
  );
  const covariateProducts = sums.map((_, row) => [
    ...indicators.map((__, column) => cellProducts[column]?.[indicators.length + row] ?? 0),
    ...Array.from(
      { length: count },
      (__, column) => upper[Math.min(row, column)]?.[Math.abs(row - column)] ?? 0,
    ),
  ]);
  const total = product(units, estimate);
  return {
    units,
    means: [...inCell.map((cell) => cell / units), ...sums.map((sum) => toNumber(sum) / units)],
    products: [...cellProducts, ...covariateProducts],
    withOutcome: [
      ...indicators.map((name, row) =>
        centered(cells.get(name)?.outcome ?? ZERO, [inCell[row] ?? 0, 0], total, units),
      ),
      ...sums.map((sum, index) => {
        const zy = moments.zy[index] ?? ZERO;
        const zd = moments.zd[index] ?? ZERO;
        const residual = divide(subtract(zy, multiply(ratio, zd)), perUnit);
        return centered(add(multiply(ratio, sum), residual), sum, total, units);
      }),
    ],
  };
}
