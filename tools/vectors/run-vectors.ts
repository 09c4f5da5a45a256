import { compareWithVector } from "./compare.ts";
import { METHODS } from "./methods.ts";
import type { Vector } from "./vector-file.ts";

/** What is wrong with one case, one line for every field; empty when it passes. */
export function complaintsAbout(vector: Vector): string[] {
  const method = METHODS[vector.method];
  if (!method) return [`${vector.id}: unknown method ${vector.method}`];
  try {
    const found = compareWithVector(method(vector.in), vector);
    return found.map(
      ({ field, got, expected }) =>
        `${vector.id}: ${field || "result"} is ${inspect(got)}, expected ${inspect(expected)}`,
    );
  } catch (cause) {
    return [`${vector.id}: ${cause instanceof Error ? cause.message : String(cause)}`];
  }
}

function inspect(value: unknown): string {
  if (typeof value === "number") return String(value);
  return JSON.stringify(value) ?? String(value);
}
