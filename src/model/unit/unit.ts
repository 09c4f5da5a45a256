/** The most characters that a unit has. */
export const MAXIMUM_UNIT_CHARACTERS = 256;

/**
 * What programming languages make a text of when there is nobody: of a variable without a value, of a number that is
 * none, of a condition, of an object where one of its properties was meant. Everybody without a name would be one unit,
 * and its variant's figures those of this "user".
 */
const TEXT_OF_NOBODY =
  /^(?:undefined|null|NaN|-?Infinity|None|nil|<nil>|\(null\)|"null"|"undefined"|true|false|\[object \w+\])$/;

const FIRST_DIGIT = 48;
const LAST_DIGIT = 57;

const BLANK = /^\s*$/;

/** Most texts hold none of these, which is found out faster than that all of them come in pairs. */
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Says why a text names no unit. Alone in its file, so that clients need no schemas for it.
 * @returns the reason in words, or undefined when it names one
 */
export function invalidUnitReason(unit: string): string | undefined {
  if (unit.length > MAXIMUM_UNIT_CHARACTERS) {
    return `a unit has at most ${MAXIMUM_UNIT_CHARACTERS} characters`;
  }
  // Most names end in a digit, and none of these does.
  const last = unit.charCodeAt(unit.length - 1);
  if (!(last >= FIRST_DIGIT && last <= LAST_DIGIT)) {
    if (BLANK.test(unit)) return "a unit may not be empty";
    if (TEXT_OF_NOBODY.test(unit)) return `'${unit}' is what becomes of a missing value, and names no unit`;
  }
  if (SURROGATE.test(unit) && LONE_SURROGATE.test(unit)) return "a unit must be well-formed Unicode";
  return undefined;
}
