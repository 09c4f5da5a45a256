import type { ChiSquareTest, Unavailable } from "#model/analysis/analysis.ts";
import { chiSquareUpperTail } from "../distributions/index.ts";
import { unavailable } from "../unavailable.ts";

/** Below this expected count the chi-square approximation is not to be trusted. */
const MINIMUM_EXPECTED_COUNT = 5;

/**
 * Pearson's chi-square test that rows and columns of a table of counts are independent.
 * @param table rows of equal length, counts ≥ 0
 * @returns `insufficient_data` below two rows or columns or when an expected count is below 5
 * @see Pearson 1900; degrees of freedom (rows − 1)(columns − 1)
 */
export function independenceTest(table: readonly (readonly number[])[]): ChiSquareTest | Unavailable {
  const rows = table.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = (table[0] ?? []).map((_, column) =>
    table.reduce((sum, row) => sum + (row[column] ?? 0), 0),
  );
  const total = rows.reduce((sum, count) => sum + count, 0);
  const degreesOfFreedom = (rows.length - 1) * (columns.length - 1);
  let [statistic, smallest] = [0, Number.POSITIVE_INFINITY];
  for (const [index, row] of table.entries()) {
    for (const [column, count] of row.entries()) {
      const expected = ((rows[index] ?? 0) / total) * (columns[column] ?? 0);
      statistic += (count - expected) ** 2 / expected;
      smallest = Math.min(smallest, expected);
    }
  }
  if (Math.min(rows.length, columns.length) < 2 || !(smallest >= MINIMUM_EXPECTED_COUNT)) {
    return unavailable("insufficient_data");
  }
  const pValue = chiSquareUpperTail(statistic, degreesOfFreedom);
  return { status: "ok", statistic, degreesOfFreedom, pValue };
}

/**
 * The same over several tables at once, such as phases of constant weights: statistics and degrees of freedom add.
 * Tables that are too small are left out.
 */
export function independenceTestOfStrata(
  tables: readonly (readonly (readonly number[])[])[],
): ChiSquareTest | Unavailable {
  const tests = tables.map(independenceTest).flatMap((test) => (test.status === "ok" ? [test] : []));
  if (tests.length === 0) return unavailable("insufficient_data");
  const statistic = tests.reduce((sum, test) => sum + test.statistic, 0);
  const degreesOfFreedom = tests.reduce((sum, test) => sum + test.degreesOfFreedom, 0);
  const pValue = chiSquareUpperTail(statistic, degreesOfFreedom);
  return { status: "ok", statistic, degreesOfFreedom, pValue };
}
