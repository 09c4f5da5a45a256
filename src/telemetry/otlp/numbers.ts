import { MAXIMUM_METRIC_MAGNITUDE } from "#model/metric/metric.ts";
import { type Attributes, isUnreadable } from "./attributes.ts";

/** Says whether a number can be what it is taken for. */
type NumberCheck = (value: number) => boolean;

/** A whole number from 0 on. */
export const isCount: NumberCheck = (value) =>
  Number.isInteger(value) && value >= 0 && value <= MAXIMUM_METRIC_MAGNITUDE;

/** A number from 0 on. */
export const isAmount: NumberCheck = (value) => value >= 0 && value <= MAXIMUM_METRIC_MAGNITUDE;

/** Of one thing more errors than this are not told. */
const MAXIMUM_ERRORS = 10;

/** Reads the first of some attributes that holds a number as it should be. */
export type NumberReader = (
  attributes: Attributes,
  names: readonly string[],
  check: NumberCheck,
) => number | undefined;

function findNumberError(
  value: NonNullable<ReturnType<Attributes["get"]>>,
  check: NumberCheck,
): string | undefined {
  if (isUnreadable(value)) return value.unreadable;
  if (typeof value !== "number" && typeof value !== "bigint") return "is no number";
  return check(Number(value)) ? undefined : "is out of range";
}

/**
 * Makes a reader of numbers for all that describes one thing. A number that is none, or cannot be what it is taken for,
 * is as if it were not there; `faults` tells of those that were found nowhere else.
 */
export function createNumberReader(): { read: NumberReader; validationErrors(): string[] } {
  const errorsByNames = new Map<readonly string[], string[]>();
  const readNames = new Set<readonly string[]>();
  const read: NumberReader = (attributes, names, check) => {
    for (const name of names) {
      const value = attributes.get(name);
      if (value === undefined) continue;
      const validationError = findNumberError(value, check);
      if (validationError === undefined) {
        readNames.add(names);
        return Number(value);
      }
      const errors = errorsByNames.get(names) ?? [];
      if (errors.length < MAXIMUM_ERRORS) errorsByNames.set(names, [...errors, `${name} ${validationError}`]);
    }
    return undefined;
  };
  const validationErrors = () =>
    [...errorsByNames].flatMap(([names, ofNames]) => (readNames.has(names) ? [] : ofNames));
  return { read, validationErrors };
}
