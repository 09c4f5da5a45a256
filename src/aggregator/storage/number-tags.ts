/*
 * The first byte of a number. Below `FIRST_TAG` it is the number itself. A decimal fraction follows its tag as an integer: its
 * digits without the point.
 */
export const FIRST_TAG = 200;
export const MAXIMUM_DECIMALS = 12;
const TAGS_OF_A_SIGN = MAXIMUM_DECIMALS + 1;

/** Eight bytes follow. */
export const DOUBLE = FIRST_TAG + 2 * TAGS_OF_A_SIGN;

/** No number begins with it, or with what is above. */
export const FIRST_FREE = DOUBLE + 1;

export function decimalTag(decimals: number, isNegative: boolean): number {
  return FIRST_TAG + decimals + (isNegative ? TAGS_OF_A_SIGN : 0);
}

/** What the digits behind a tag are to be divided by; negative for a negative number. */
const SCALES = Array.from({ length: 2 * TAGS_OF_A_SIGN }, (_, index) => {
  const decimals = index % TAGS_OF_A_SIGN;
  return (index < TAGS_OF_A_SIGN ? 1 : -1) * 10 ** decimals;
});

/** @param tag from `FIRST_TAG` to below `DOUBLE` */
export function scaleOf(tag: number): number {
  return SCALES[tag - FIRST_TAG] ?? Number.NaN;
}
