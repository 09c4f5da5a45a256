/** Weights are kept in whole millionths, so that they always sum to exactly 1. */
export const WHOLE_WEIGHT = 1_000_000;

/** What sliders move by: one of the 10,000 buckets that units fall into. */
const GRAIN = 100;

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/**
 * Divides a whole in given proportions, in grains, everyone getting at least one. What does not come out even goes to
 * those who lost most by rounding.
 */
function divide(whole: number, proportions: readonly number[]): number[] {
  const total = sumOf(proportions);
  const ideals = proportions.map((part) =>
    total === 0 ? whole / proportions.length : (whole * part) / total,
  );
  const shares = ideals.map((ideal) => Math.max(GRAIN, Math.floor(ideal / GRAIN) * GRAIN));
  const byLoss = ideals
    .map((ideal, index) => ({ index, loss: ideal - (shares[index] ?? 0) }))
    .sort((a, b) => b.loss - a.loss);
  let remainder = whole - sumOf(shares);
  for (const { index } of byLoss) {
    if (remainder < GRAIN) break;
    shares[index] = (shares[index] ?? 0) + GRAIN;
    remainder -= GRAIN;
  }
  const largest = shares.indexOf(Math.max(...shares));
  return shares.map((share, index) => (index === largest ? share + remainder : share));
}

/** The same weight for everyone, to a bucket. */
export function equalWeights(count: number): number[] {
  return divide(
    WHOLE_WEIGHT,
    Array.from({ length: count }, () => 1),
  );
}

/**
 * What comparisons with control need least units with: control √k times the share of each of the k treatments, since it is in
 * all of them. With one treatment that is the same for both.
 * @param control the control's place
 * @see Dunnett 1955, "A multiple comparison procedure for comparing several treatments with a control"
 */
export function weightsAroundControl(count: number, control: number): number[] {
  return divide(
    WHOLE_WEIGHT,
    Array.from({ length: count }, (_, index) => (index === control ? Math.sqrt(count - 1) : 1)),
  );
}

/** Brings shares that sum to about 1 to whole millionths that sum to exactly 1. */
export function toWeights(shares: readonly number[]): number[] {
  const rounded = shares.map((share) => Math.round(share * WHOLE_WEIGHT));
  const largest = rounded.indexOf(Math.max(...rounded));
  const missing = WHOLE_WEIGHT - sumOf(rounded);
  return rounded.map((weight, index) => (index === largest ? weight + missing : weight));
}

/**
 * Gives one variant a weight; the others share the rest in the proportions that they had, except those that are locked.
 * @param newWeight  kept to what leaves every other variant something
 */
export function moveWeight(
  weights: readonly number[],
  locked: readonly boolean[],
  moved: number,
  newWeight: number,
): number[] {
  const free = weights.flatMap((_, index) => (index === moved || locked[index] ? [] : [index]));
  if (free.length === 0) return [...weights];
  const kept = sumOf(weights.filter((_, index) => index !== moved && locked[index]));
  const maximumWeight = WHOLE_WEIGHT - kept - free.length * GRAIN;
  const target = Math.max(GRAIN, Math.min(maximumWeight, Math.round(newWeight / GRAIN) * GRAIN));
  const shares = divide(
    WHOLE_WEIGHT - kept - target,
    free.map((index) => weights[index] ?? 0),
  );
  return weights.map((weight, index) => {
    if (index === moved) return target;
    return shares[free.indexOf(index)] ?? weight;
  });
}
