import { toRegExp } from "#model/targeting/regular-expression.ts";
import { paddedVersion, primitiveOf, textOf } from "./text.ts";

/** True for values of an attribute that pass. An attribute that is not there is null. */
export type ValueTest = (value: unknown) => boolean;

/** Compiles what `$elemMatch` asks of each entry; it leads back to conditions. */
type CompileElement = (operand: unknown) => ValueTest;

const NEVER: ValueTest = () => false;

export function isOperatorObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key.startsWith("$"));
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** Lower case makes no text shorter than a third. */
const canFoldTo = (text: string, length: number): boolean => text.length <= 3 * length;

const lengthOf = (value: unknown): number => (typeof value === "string" ? value.length : 0);

/** Values of a list, or a list that shares one with it. */
function isIn(operand: readonly unknown[], isInsensitive: boolean): ValueTest {
  const lowered = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : value);
  const members = new Set(isInsensitive ? operand.map(lowered) : operand);
  const longest = Math.max(0, ...operand.map((entry) => lengthOf(lowered(entry))));
  // What is too long to be a member stays as it is, and is none.
  const fold = (value: unknown) =>
    isInsensitive && typeof value === "string" && canFoldTo(value, longest) ? value.toLowerCase() : value;
  return (value) =>
    Array.isArray(value) ? value.some((entry) => members.has(fold(entry))) : members.has(fold(value));
}

function compileEquality(operand: unknown, isInsensitive: boolean): ValueTest {
  if (typeof operand === "string") {
    const text = isInsensitive ? operand.toLowerCase() : operand;
    return isInsensitive
      ? (value) => {
          const own = textOf(value);
          return canFoldTo(own, text.length) && own.toLowerCase() === text;
        }
      : (value) => textOf(value) === text;
  }
  if (typeof operand === "number") {
    // A list of several entries has a comma as a text, and is no number: it can be long, and is not made one.
    return (value) => !(Array.isArray(value) && value.length > 1) && Number(primitiveOf(value)) === operand;
  }
  if (typeof operand === "boolean") return (value) => value !== null && Boolean(value) === operand;
  if (operand === null) return (value) => value === null;
  const json = JSON.stringify(operand);
  return (value) => JSON.stringify(value) === json;
}

type Primitive = string | number;

const COMPARISONS: Record<string, (one: Primitive, other: Primitive) => boolean> = {
  lt: (one, other) => one < other,
  lte: (one, other) => one <= other,
  gt: (one, other) => one > other,
  gte: (one, other) => one >= other,
  eq: (one, other) => one === other,
  ne: (one, other) => one !== other,
};

/** JavaScript compares texts with texts, and all else as numbers. */
function compare(operator: string, value: unknown, operand: unknown): boolean {
  const comparison = COMPARISONS[operator];
  const [left, right] = [primitiveOf(value), primitiveOf(operand)];
  if (!comparison) return false;
  return typeof left === "string" && typeof right === "string"
    ? comparison(left, right)
    : comparison(Number(left), Number(right));
}

function compileAll(operand: unknown, isInsensitive: boolean, compileElement: CompileElement): ValueTest {
  if (!Array.isArray(operand)) return NEVER;
  const tests = operand.map((entry) => compileValue(entry, compileElement, isInsensitive));
  return (value) => Array.isArray(value) && tests.every((test) => value.some(test));
}

function compilePattern(operand: unknown, isInsensitive: boolean): ValueTest {
  try {
    const pattern = toRegExp(String(operand), isInsensitive);
    return (value) => pattern.test(textOf(value));
  } catch {
    return NEVER;
  }
}

function compileOperator(operator: string, operand: unknown, compileElement: CompileElement): ValueTest {
  switch (operator) {
    case "$eq":
      return (value) => value === operand;
    case "$ne":
      return (value) => value !== operand;
    case "$lt":
    case "$lte":
    case "$gt":
    case "$gte":
      return (value) => compare(operator.slice(1), value, operand);
    case "$veq":
    case "$vne":
    case "$vgt":
    case "$vgte":
    case "$vlt":
    case "$vlte": {
      const comparison = COMPARISONS[operator.slice(2)];
      const version = paddedVersion(operand);
      return (value) => comparison?.(paddedVersion(value), version) ?? false;
    }
    case "$exists":
      return operand
        ? (value) => value !== null && value !== undefined
        : (value) => value === null || value === undefined;
    case "$in":
    case "$ini":
      return Array.isArray(operand) ? isIn(operand, operator === "$ini") : NEVER;
    case "$nin":
    case "$nini": {
      if (!Array.isArray(operand)) return NEVER;
      const test = isIn(operand, operator === "$nini");
      return (value) => !test(value);
    }
    case "$not": {
      const test = compileValue(operand, compileElement);
      return (value) => !test(value);
    }
    case "$size": {
      const test = compileValue(operand, compileElement);
      return (value) => Array.isArray(value) && test(value.length);
    }
    case "$elemMatch": {
      const test = compileElement(operand);
      return (value) =>
        Array.isArray(value) && value.some((entry) => entry !== null && entry !== undefined && test(entry));
    }
    case "$all":
    case "$alli":
      return compileAll(operand, operator === "$alli", compileElement);
    case "$regex":
    case "$regexi":
      return compilePattern(operand, operator === "$regexi");
    case "$type":
      return (value) => typeOf(value) === operand;
    default:
      // Refused where conditions are drafted; one that was stored before matches nobody.
      return NEVER;
  }
}

/** Compiles what an attribute is compared with. @param isInsensitive for texts, directly */
export function compileValue(
  operand: unknown,
  compileElement: CompileElement,
  isInsensitive = false,
): ValueTest {
  if (!isOperatorObject(operand)) return compileEquality(operand, isInsensitive);
  const tests = Object.entries(operand).map(([operator, inner]) =>
    compileOperator(operator, inner, compileElement),
  );
  return (value) => tests.every((test) => test(value));
}
