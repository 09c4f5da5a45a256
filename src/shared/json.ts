import * as z from "zod";

/** Any JSON value; used where the client's own data passes through untouched. */
export const jsonValueSchema = z.json();

export const jsonObjectSchema = z.record(z.string(), jsonValueSchema);
export type JsonObject = z.infer<typeof jsonObjectSchema>;

const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** True for names that would reach an object's prototype when used as a property key. */
export function isForbiddenKey(key: string): boolean {
  return FORBIDDEN_KEYS.has(key);
}

/** JSON nested deeper than this is refused: nothing legitimate needs it, and recursion has a price. */
const MAXIMUM_JSON_DEPTH = 32;

/** JSON of more fields and elements than this is refused before a schema looks at each of them and complains of each. */
const MAXIMUM_JSON_VALUES = 20_000;

interface ForbiddenPath {
  path: readonly PropertyKey[];
  code: "forbidden_key" | "nested_too_deep" | "too_many_values";
}

/**
 * Finds the first place in parsed JSON that must not travel further: a prototype-reaching key, nesting beyond what is
 * allowed, or more values in all than are allowed.
 * @param screenedLevels how deep to look; what lies deeper is somebody else's to check
 * @returns its path, or undefined when the value is clean
 */
export function findForbiddenPath(
  value: unknown,
  screenedLevels: number = Number.POSITIVE_INFINITY,
): ForbiddenPath | undefined {
  let valuesLeft = MAXIMUM_JSON_VALUES;
  const search = (part: unknown, path: readonly PropertyKey[]): ForbiddenPath | undefined => {
    if (typeof part !== "object" || part === null || path.length >= screenedLevels) return undefined;
    if (path.length >= MAXIMUM_JSON_DEPTH) return { path, code: "nested_too_deep" };
    const keys = Object.keys(part);
    valuesLeft -= keys.length;
    if (valuesLeft < 0) return { path, code: "too_many_values" };
    for (const key of keys) {
      const here = [...path, Array.isArray(part) ? Number(key) : key];
      if (isForbiddenKey(key)) return { path: here, code: "forbidden_key" };
      const forbidden = search(Reflect.get(part, key), here);
      if (forbidden) return forbidden;
    }
    return undefined;
  };
  return search(value, []);
}

/**
 * The same text for values that hold the same, whatever the order of their fields: canonical JSON (RFC 8785), which others can
 * write too. Fields that are undefined are left out.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((part) => canonicalJson(part ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  // Written by hand: an object would put fields that are numbers before all others.
  const fields = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`);
  return `{${fields.join(",")}}`;
}
