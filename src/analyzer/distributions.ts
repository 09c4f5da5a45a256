/**
 * Tail probabilities and their inverses. Every function computes the tail that it returns directly, never as one minus
 * the other, so that probabilities keep their digits down to 1e-300. Outside its stated domain a function is NaN: the
 * methods that stand on these check their input before they ask.
 */
export { betaLowerQuantile, betaLowerTail, betaUpperTail } from "./distributions/beta.ts";
export { chiSquareLowerQuantile, chiSquareUpperTail } from "./distributions/chi-square.ts";
export { fisherUpperTail } from "./distributions/fisher-f.ts";
export { deviance, stirlingError } from "./distributions/log-gamma.ts";
export { noncentralStudentUpperTail } from "./distributions/noncentral-t.ts";
export {
  normalDensity,
  normalLowerQuantile,
  normalUpperQuantile,
  normalUpperTail,
} from "./distributions/normal.ts";
export {
  studentLowerQuantile,
  studentTwoSided,
  studentUpperQuantile,
  studentUpperTail,
} from "./distributions/student.ts";
