/** A column whose variance is a smaller part of what it was beside the others tells nothing that they do not. */
const COLLINEAR = 1e-9;

export interface SymmetricSolution {
  /** The coefficients of every right side, 0 for columns that the others determine. */
  solutions: number[][];
  /** How many columns are left. */
  rank: number;
}

/**
 * Solves Ax = b for a positive semidefinite matrix by Cholesky's method with pivoting, leaving out columns that are combinations of
 * others or constant: a basic solution of least squares.
 * @param matrix symmetric, of sums of squares and products
 * @param rightSides one vector each
 * @see Higham 2002, Accuracy and Stability of Numerical Algorithms, 10.3
 */
export function solveSymmetric(
  matrix: readonly (readonly number[])[],
  rightSides: readonly (readonly number[])[],
): SymmetricSolution {
  const scales = matrix.map((row, index) => Math.sqrt(Math.max(0, row[index] ?? 0)));
  const scaleOf = (index: number) => scales[index] || 1;
  const rest = matrix.map((row, index) =>
    row.map((entry, column) => entry / scaleOf(index) / scaleOf(column)),
  );
  const sides = rightSides.map((side) => side.map((entry, index) => entry / scaleOf(index)));
  const open = new Set(matrix.map((_, index) => index).filter((index) => scales[index] !== 0));
  const pivots: { index: number; diagonal: number; row: number[]; sides: number[] }[] = [];
  while (open.size > 0) {
    const index = [...open].reduce((best, candidate) =>
      (rest[candidate]?.[candidate] ?? 0) > (rest[best]?.[best] ?? 0) ? candidate : best,
    );
    const row = [...(rest[index] ?? [])];
    const diagonal = row[index] ?? 0;
    if (!(diagonal > COLLINEAR)) break;
    open.delete(index);
    const values = sides.map((side) => side[index] ?? 0);
    for (const other of open) {
      const factor = (row[other] ?? 0) / diagonal;
      const target = rest[other];
      if (!target) continue;
      for (const column of open) target[column] = (target[column] ?? 0) - factor * (row[column] ?? 0);
      for (const [place, side] of sides.entries())
        side[other] = (side[other] ?? 0) - factor * (values[place] ?? 0);
    }
    pivots.push({ index, diagonal, row, sides: values });
  }
  const solutions = rightSides.map((_, place) => {
    const solution = matrix.map(() => 0);
    const solved: number[] = [];
    for (const { index, diagonal, row, sides: values } of [...pivots].reverse()) {
      const known = solved.reduce((sum, other) => sum + (row[other] ?? 0) * (solution[other] ?? 0), 0);
      solution[index] = ((values[place] ?? 0) - known) / diagonal;
      solved.push(index);
    }
    return solution.map((value, index) => value / scaleOf(index));
  });
  return { solutions, rank: pivots.length };
}
