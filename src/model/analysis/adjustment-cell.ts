/*
 * Units that are adjusted together are in one cell: those of the same stratum, of which the same is missing. Units of different
 * cells are compared with their own cell's mean, so that a missing covariate is no value.
 */

const MISSING_OWN = 1;
const MISSING_ATTRIBUTES = 2;
const CELLS_PER_STRATUM = 4;

/** The cell of units of which nothing is known. */
export const UNKNOWN_CELL = MISSING_OWN + MISSING_ATTRIBUTES;

/** The number of a unit's cell. @param stratum 0 for units of no stratum of the list */
export function adjustmentCellOf(stratum: number, lacks: { own: boolean; attributes: boolean }): number {
  return (
    stratum * CELLS_PER_STRATUM + (lacks.own ? MISSING_OWN : 0) + (lacks.attributes ? MISSING_ATTRIBUTES : 0)
  );
}

/** The stratum of a cell. */
export function stratumOfCell(cell: number): number {
  return Math.floor(cell / CELLS_PER_STRATUM);
}

/** Whether a covariate is known of the units of a cell. @param covariate 0 for the metric's own, above that an attribute */
export function isKnownIn(cell: number, covariate: number): boolean {
  const lacks = covariate === 0 ? MISSING_OWN : MISSING_ATTRIBUTES;
  return ((cell % CELLS_PER_STRATUM) & lacks) === 0;
}
