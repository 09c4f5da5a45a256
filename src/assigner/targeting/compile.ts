import type { JsonObject } from "#shared/json.ts";
import { compileValue, isOperatorObject, type ValueTest } from "./compile-value.ts";

/** True for attributes that meet the condition. */
export type ConditionTest = (attributes: unknown) => boolean;

/** The value at a path whose parts are joined by dots; null where there is none. */
function valueAt(attributes: unknown, parts: readonly string[]): unknown {
  let current = attributes;
  for (const part of parts) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, part)) return null;
    current = Reflect.get(current, part);
  }
  return current;
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};

function compileList(conditions: unknown): ConditionTest[] {
  return Array.isArray(conditions) ? conditions.map((condition) => compile(objectOf(condition))) : [];
}

function compileEntry(key: string, operand: unknown): ConditionTest {
  if (key === "$or" || key === "$nor") {
    const tests = compileList(operand);
    const isAny: ConditionTest = (attributes) => tests.length === 0 || tests.some((test) => test(attributes));
    return key === "$or" ? isAny : (attributes) => !isAny(attributes);
  }
  if (key === "$and") {
    const tests = compileList(operand);
    return (attributes) => tests.every((test) => test(attributes));
  }
  if (key === "$not") {
    const test = compile(objectOf(operand));
    return (attributes) => !test(attributes);
  }
  // There are no saved groups: such a condition can only have been stored before it was refused.
  if (key === "$savedGroup") return () => false;
  const parts = key.split(".");
  const test = compileValue(operand, compileElement);
  return (attributes) => test(valueAt(attributes, parts));
}

/** What `$elemMatch` asks of each entry of a list. */
function compileElement(operand: unknown): ValueTest {
  return isOperatorObject(operand) ? compileValue(operand, compileElement) : compile(objectOf(operand));
}

function compile(condition: Record<string, unknown>): ConditionTest {
  const tests = Object.entries(condition).map(([key, operand]) => compileEntry(key, operand));
  return (attributes) => tests.every((test) => test(attributes));
}

/**
 * Compiles a targeting condition. Syntax and semantics are those of GrowthBook's SDK, `evalCondition`, whose conversions
 * between types are kept; lists are looked up and patterns are compiled once.
 */
export function compileCondition(condition: JsonObject): ConditionTest {
  return compile(condition);
}
