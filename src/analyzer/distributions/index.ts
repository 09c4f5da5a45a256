/**
 * Tail probabilities and their inverses. Every function computes the tail that it returns directly, never as one minus
 * the other, so that probabilities keep their digits down to 1e-300. Outside its stated domain a function is NaN: the
 * methods that stand on these check their input before they ask.
 */
export { betaLowerQuantile, betaLowerTail, betaUpperTail } from "./beta.ts";
export { chiSquareLowerQuantile, chiSquareUpperTail } from "./chi-square.ts";
export { fisherUpperTail } from "./fisher-f.ts";
export { deviance, stirlingError } from "./log-gamma.ts";
export { noncentralStudentUpperTail } from "./noncentral-t.ts";
export {
  normalDensity,
  normalLowerQuantile,
  normalUpperQuantile,
  normalUpperTail,
} from "./normal.ts";
export {
  studentLowerQuantile,
  studentTwoSided,
  studentUpperQuantile,
  studentUpperTail,
} from "./student.ts";
