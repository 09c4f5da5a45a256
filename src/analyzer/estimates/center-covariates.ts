import { isKnownIn } from "#model/analysis/adjustment-cell.ts";
import type { AdjustmentCell, AdjustmentMoments, ExactSum } from "#model/analysis/moments.ts";
import { add, multiply, subtract, toNumber, ZERO } from "../numeric/exact-sum.ts";
import type { ArmWithAdjustment } from "./arm-features.ts";

function sumOfCells(
  { cells }: AdjustmentMoments,
  isWanted: (cell: number) => boolean,
  read: (cell: AdjustmentCell) => ExactSum,
): ExactSum {
  return Object.entries(cells).reduce(
    (sum, [key, cell]) => (isWanted(Number(key)) ? add(sum, read(cell)) : sum),
    ZERO,
  );
}

/** The mean of a covariate over all units of which it is known; 0 where there is none. */
function meanOf(arms: readonly ArmWithAdjustment[], covariate: number): ExactSum {
  const isKnown = (cell: number) => isKnownIn(cell, covariate);
  const sumOver = (read: (cell: AdjustmentCell) => ExactSum) =>
    toNumber(arms.reduce((sum, { moments }) => add(sum, sumOfCells(moments, isKnown, read)), ZERO));
  const units = sumOver((cell) => [cell.units, 0]);
  return units > 0 ? [sumOver(({ z }) => z[covariate] ?? ZERO) / units, 0] : ZERO;
}

function centered(moments: AdjustmentMoments, means: readonly ExactSum[]): AdjustmentMoments {
  const meanIn = (covariate: number) => means[covariate] ?? ZERO;
  /** What centering takes out of the products of a covariate with something else. */
  const takenFrom = (covariate: number, read: (cell: AdjustmentCell) => ExactSum) =>
    multiply(
      meanIn(covariate),
      sumOfCells(moments, (cell) => isKnownIn(cell, covariate), read),
    );
  let place = 0;
  const zz = means.flatMap((_, row) =>
    means.slice(row).map((__, offset) => {
      const column = row + offset;
      const both = sumOfCells(
        moments,
        (cell) => isKnownIn(cell, row) && isKnownIn(cell, column),
        ({ units }) => [units, 0],
      );
      const taken = add(
        takenFrom(row, ({ z }) => z[column] ?? ZERO),
        takenFrom(column, ({ z }) => z[row] ?? ZERO),
      );
      const product = moments.zz[place++] ?? ZERO;
      return add(subtract(product, taken), multiply(multiply(meanIn(row), meanIn(column)), both));
    }),
  );
  const cells = Object.entries(moments.cells).map(([key, { z, ...cell }]) => {
    const moved = z.map((sum, covariate) =>
      isKnownIn(Number(key), covariate) ? subtract(sum, multiply(meanIn(covariate), [cell.units, 0])) : sum,
    );
    return [key, { ...cell, z: moved }] as const;
  });
  return {
    cells: Object.fromEntries(cells),
    zz,
    zy: moments.zy.map((sum, covariate) =>
      subtract(
        sum,
        takenFrom(covariate, ({ y }) => y),
      ),
    ),
    zd: moments.zd.map((sum, covariate) =>
      subtract(
        sum,
        takenFrom(covariate, ({ d }) => d),
      ),
    ),
  };
}

/**
 * Counts covariates from their means on, so that a missing one, which is 0, is the mean. In a cell of its own that makes no difference,
 * but small cells are taken together: beside moments of time, which are as far from 0 as nothing else, a few zeros would be all that
 * a covariate tells.
 */
export function withCenteredCovariates(arms: readonly ArmWithAdjustment[]): ArmWithAdjustment[] {
  const means = (arms[0]?.moments.zy ?? []).map((_, covariate) => meanOf(arms, covariate));
  return arms.map(({ statistics, moments }) => ({ statistics, moments: centered(moments, means) }));
}
