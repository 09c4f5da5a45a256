/** The most characters that a unit has. */
export const MAXIMUM_UNIT_CHARACTERS = 256;

/**
 * What programming languages make a text of when there is nobody: of a variable without a value, of a number that is
 * none, of a condition. Everybody without a name would be one unit, and its variant's figures those of this "user".
 */
const TEXTS_OF_NOBODY = new Set([
  "undefined",
  "null",
  "NaN",
  "Infinity",
  "-Infinity",
  "None",
  "nil",
  "<nil>",
  "(null)",
  '"null"',
  '"undefined"',
  "true",
  "false",
]);

/** `[object Object]`, `[object Promise]`: an object where one of its properties was meant. */
const TEXT_OF_AN_OBJECT = /^\[object \w+\]$/;

/**
 * Says why a text names no unit. Alone in its file, so that clients need no schemas for it.
 * @returns the reason in words, or undefined when it names one
 */
export function findUnitTrouble(unit: string): string | undefined {
  if (!/\S/.test(unit)) return "a unit may not be empty";
  if (unit.length > MAXIMUM_UNIT_CHARACTERS) {
    return `a unit has at most ${MAXIMUM_UNIT_CHARACTERS} characters`;
  }
  if (/\p{Surrogate}/u.test(unit)) return "a unit must be well-formed Unicode";
  if (TEXTS_OF_NOBODY.has(unit) || TEXT_OF_AN_OBJECT.test(unit)) {
    return `'${unit}' is what becomes of a missing value, and names no unit`;
  }
  return undefined;
}
