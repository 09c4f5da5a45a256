export interface LeastSquares {
  coefficients: number[];
  /** Squared standard errors of the coefficients. */
  squaredErrors: number[];
  /** One row per coefficient: what it takes of every observation. */
  shares: number[][];
}

/** Inverts a symmetric positive definite matrix, or finds that it is singular. Gauss–Jordan with partial pivoting. */
function invert(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const size = matrix.length;
  const rows = matrix.map((row, index) => [
    ...row,
    ...Array.from({ length: size }, (_, column) => (column === index ? 1 : 0)),
  ]);
  const largest = Math.max(...matrix.flat().map(Math.abs));
  for (let pivot = 0; pivot < size; pivot++) {
    const best = rows.reduce(
      (leader, row, index) =>
        index >= pivot && Math.abs(row[pivot] ?? 0) > Math.abs(rows[leader]?.[pivot] ?? 0) ? index : leader,
      pivot,
    );
    const [current, candidate] = [rows[pivot], rows[best]];
    if (!current || !candidate) return undefined;
    rows[pivot] = candidate;
    rows[best] = current;
    const value = candidate[pivot] ?? 0;
    if (Math.abs(value) <= 1e-12 * largest) return undefined;
    const scaled = candidate.map((entry) => entry / value);
    rows[pivot] = scaled;
    for (const [index, row] of rows.entries()) {
      if (index === pivot) continue;
      const factor = row[pivot] ?? 0;
      rows[index] = row.map((entry, column) => entry - factor * (scaled[column] ?? 0));
    }
  }
  return rows.map((row) => row.slice(size));
}

/**
 * Weighted least squares of estimates with known errors: β = Cy with C = (XᵀWX)⁻¹XᵀW, whose covariance is CΣCᵀ.
 * @param design one row per observation, one column per coefficient
 * @param squaredErrors > 0, one per observation: the diagonal of Σ
 * @param weights > 0, the diagonal of W; by default 1 / squared errors, which has the smallest covariance
 * @returns undefined when the observations do not determine the coefficients
 * @see Aitken 1936
 */
export function weightedLeastSquares(
  design: readonly (readonly number[])[],
  observations: readonly number[],
  squaredErrors: readonly number[],
  weights: readonly number[] = squaredErrors.map((squaredError) => 1 / squaredError),
): LeastSquares | undefined {
  const columns = design[0]?.length ?? 0;
  if (columns === 0 || design.length < columns) return undefined;
  const sum = (read: (row: readonly number[], index: number) => number) =>
    design.reduce((total, row, index) => total + read(row, index) * (weights[index] ?? 0), 0);
  const information = Array.from({ length: columns }, (_, a) =>
    Array.from({ length: columns }, (__, b) => sum((row) => (row[a] ?? 0) * (row[b] ?? 0))),
  );
  const inverse = invert(information);
  if (!inverse) return undefined;
  const shares = inverse.map((entries) =>
    design.map(
      (row, index) =>
        (weights[index] ?? 0) *
        entries.reduce((total, entry, column) => total + entry * (row[column] ?? 0), 0),
    ),
  );
  return {
    shares,
    coefficients: shares.map((row) =>
      row.reduce((total, share, index) => total + share * (observations[index] ?? 0), 0),
    ),
    squaredErrors: shares.map((row) =>
      row.reduce((total, share, index) => total + share ** 2 * (squaredErrors[index] ?? 0), 0),
    ),
  };
}
