/**
 * Holm's step-down adjustment: controls the family-wise error rate under any dependence.
 * @param pValues in [0, 1]
 * @returns adjusted p-values in the order of the input
 * @see Holm 1979
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((pValue, index) => ({ pValue, index })).sort((a, b) => a.pValue - b.pValue);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let floor = 0;
  for (const [rank, { pValue, index }] of order.entries()) {
    floor = Math.min(1, Math.max(floor, (pValues.length - rank) * pValue));
    adjusted[index] = floor;
  }
  return adjusted;
}

/** The test of one of several treatments. */
export interface FamilyTest {
  /** In [0, 1]; 1 for a comparison that could not be made. */
  pValue: number;
  /** It gets no traffic any more. */
  hasLeft: boolean;
}

/**
 * Holm's adjustment where treatments may have left. The control that they are compared with has gone on without them, so that a
 * trend over time is in their p-values. Their tests have been made and count, but make no other one easier: for those that are
 * left they are tests that found nothing.
 */
export function holmOfFamily(tests: readonly FamilyTest[]): number[] {
  const asMade = holm(tests.map(({ pValue }) => pValue));
  const withoutThem = holm(tests.map(({ pValue, hasLeft }) => (hasLeft ? 1 : pValue)));
  return tests.map(({ hasLeft }, index) => (hasLeft ? asMade : withoutThem)[index] ?? 1);
}
