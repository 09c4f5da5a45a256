/** Bisections alone would need some 60; a caller with a noisy function must not loop for ever. */
const MAXIMUM_STEPS = 200;

/**
 * The root of a decreasing function: brackets it from a guess by doubling steps, then closes in by interpolation,
 * falling back to halves.
 * @param guess where to start
 * @param step how far to look first, > 0
 * @returns NaN when no sign change is found
 * @see Ford 1995, the Illinois variant of false position
 */
export function rootOfDecreasing(f: (x: number) => number, guess: number, step: number): number {
  let [low, high] = [guess, guess];
  let [atLow, atHigh] = [f(guess), f(guess)];
  for (let width = step, tries = 0; atLow < 0 && tries < 60; width *= 2, tries++) {
    [high, atHigh] = [low, atLow];
    low -= width;
    atLow = f(low);
  }
  for (let width = step, tries = 0; atHigh > 0 && tries < 60; width *= 2, tries++) {
    [low, atLow] = [high, atHigh];
    high += width;
    atHigh = f(high);
  }
  if (!(atLow >= 0 && atHigh <= 0)) return Number.NaN;
  let moved = 0;
  for (let iteration = 0; iteration < MAXIMUM_STEPS; iteration++) {
    const width = high - low;
    if (!(width > Number.EPSILON * Math.max(Math.abs(low), Math.abs(high)))) break;
    const secant = low + (width * atLow) / (atLow - atHigh);
    const middle = iteration % 8 === 7 || !(secant > low && secant < high) ? low + width / 2 : secant;
    const value = f(middle);
    if (value === 0 || middle === low || middle === high) return middle;
    if (value > 0) {
      [low, atLow] = [middle, value];
      if (moved > 0) atHigh /= 2;
      moved = 1;
    } else {
      [high, atHigh] = [middle, value];
      if (moved < 0) atLow /= 2;
      moved = -1;
    }
  }
  return low + (high - low) / 2;
}
