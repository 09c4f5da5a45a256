import { normalUpperQuantile, normalUpperTail, studentUpperQuantile, studentUpperTail } from "./index.ts";

/**
 * Always-valid intervals are made for a known variance; ours is estimated. As in Welch's test, a score is read on Student's
 * scale with the comparison's degrees of freedom: the two agree in a few hundred units, and in a small arm the interval
 * is as much wider as the variance is uncertain.
 */

/** The t whose upper tail is that of the normal score z ≥ 0; Infinity where that tail has no more digits. */
export function toStudentScore(z: number, degreesOfFreedom: number): number {
  return studentUpperQuantile(normalUpperTail(z), degreesOfFreedom);
}

/** The normal score whose upper tail is that of |t|. */
export function toNormalScore(t: number, degreesOfFreedom: number): number {
  return normalUpperQuantile(studentUpperTail(Math.abs(t), degreesOfFreedom));
}
