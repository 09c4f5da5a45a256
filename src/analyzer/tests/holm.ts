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
