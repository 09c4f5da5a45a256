import { isUnavailable } from "#analyzer/unavailable.ts";
import type { Tolerances, Vector } from "./vector-file.ts";

export interface Mismatch {
  field: string;
  got: unknown;
  expected: unknown;
}

const INFINITIES: Record<string, number> = {
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function agrees(got: unknown, expected: unknown, [relative, absolute]: readonly [number, number]): boolean {
  if (expected === null) return !(typeof got === "number" && Number.isFinite(got));
  if (typeof expected === "number") {
    if (typeof got !== "number") return false;
    return got === expected || Math.abs(got - expected) <= absolute + relative * Math.abs(expected);
  }
  return got === (typeof expected === "string" ? (INFINITIES[expected] ?? expected) : expected);
}

/** Every field of `expected`, however deep, that `got` does not match. @param name innermost name of the field */
function mismatches(
  got: unknown,
  expected: unknown,
  tolerances: Tolerances,
  path: string,
  name: string,
): Mismatch[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) return [{ field: path, got, expected }];
    return expected.flatMap((value, index) =>
      mismatches(got[index], value, tolerances, `${path}[${index}]`, name),
    );
  }
  if (isObject(expected)) {
    return Object.entries(expected).flatMap(([key, value]) =>
      mismatches(isObject(got) ? got[key] : undefined, value, tolerances, path ? `${path}.${key}` : key, key),
    );
  }
  const tolerance = tolerances[name] ?? tolerances["*"] ?? [0, 0];
  return agrees(got, expected, tolerance) ? [] : [{ field: path, got, expected }];
}

/** Compares a result with the fields that a vector names; an invalid case must be refused with a reason. */
export function compareWithVector(got: unknown, vector: Vector): Mismatch[] {
  if (vector.out.status === "invalid") {
    const refused = isUnavailable(got) && Object.keys(got).length === 2;
    return refused ? [] : [{ field: "status", got, expected: vector.out }];
  }
  if (isUnavailable(got)) return [{ field: "", got, expected: vector.out }];
  return mismatches(got, vector.out, vector.tol, "", "*");
}
