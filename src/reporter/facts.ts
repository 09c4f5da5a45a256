import type { Facts } from "#model/analysis/decision.ts";
import { formatCount } from "./numbers.ts";

/** A number among the facts of a decision; undefined where there is none. */
export function findNumber(facts: Facts, name: string): number | undefined {
  const fact = facts[name];
  return typeof fact === "number" ? fact : undefined;
}

/** The same for a number that the decision always states. */
export function numberOf(facts: Facts, name: string): number {
  return findNumber(facts, name) ?? 0;
}

export function countOf(facts: Facts, name: string): string {
  return formatCount(numberOf(facts, name));
}
