import { firstMove, isUneven, type QuantileBand } from "./quantile-band.ts";

/**
 * Which multipliers of the treatment's and of control's band are plausible together, at a multiplier m of both.
 *
 * Where values lie close to each other, t² + c² ≤ m²: the familiar error √(SE² + SE²). Where a quantile jumps from a value
 * to the next, that covers too little: with both medians at the edge of a value, one arm may have fallen to the one side
 * and the other to the other. There each arm has half of the error for itself (Bonferroni): t, c ≤ m′ = √(m² + 2·ln 2),
 * which halves the tail of a normal distribution, exp(−m′²/2) = exp(−m²/2) / 2, as well as the error of an e-value. An
 * arm that reaches no other value within m′ takes no part of the error: the other one has it all.
 */
export interface Region {
  /** The largest multiplier of the treatment's band. */
  treatmentWithin: (m: number) => number;
  /** The largest multiplier of control's band, beside one of the treatment's. */
  controlWithin: (m: number, treatment: number) => number;
  /** The smallest m at which both multipliers are in the region. */
  least: (treatment: number, control: number) => number;
}

const DISC: Region = {
  treatmentWithin: (m) => m,
  controlWithin: (m, treatment) => Math.sqrt(m ** 2 - treatment ** 2),
  least: (treatment, control) => Math.hypot(treatment, control),
};

const widened = (m: number): number => Math.sqrt(m ** 2 + 2 * Math.LN2);
const narrowed = (wide: number): number => Math.sqrt(Math.max(0, wide ** 2 - 2 * Math.LN2));

/** @param moves the multipliers at which the arms leave the values of their estimates */
function squareOf(moves: { control: number; treatment: number }): Region {
  const within = (m: number, moveOfOther: number) => (moveOfOther <= widened(m) ? widened(m) : m);
  const least = (own: number, moveOfOther: number) => Math.min(own, narrowed(Math.max(own, moveOfOther)));
  return {
    treatmentWithin: (m) => within(m, moves.control),
    controlWithin: (m) => within(m, moves.treatment),
    least: (treatment, control) => Math.max(least(treatment, moves.control), least(control, moves.treatment)),
  };
}

/** The region for two bands: a disc, or a square where one of them jumps. */
export function regionOf(control: QuantileBand, treatment: QuantileBand): Region {
  const sides = [control.lower, control.upper, treatment.lower, treatment.upper];
  if (!sides.some(isUneven)) return DISC;
  return squareOf({ control: firstMove(control), treatment: firstMove(treatment) });
}
