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
  // One path for the whole search: most of what is looked at has nothing to tell of.
  const path: PropertyKey[] = [];
  const enter = (key: PropertyKey, part: unknown): ForbiddenPath["code"] | undefined => {
    if (typeof part !== "object" || part === null) return undefined;
    path.push(key);
    const code = search(part);
    if (!code) path.pop();
    return code;
  };
  const search = (part: object): ForbiddenPath["code"] | undefined => {
    if (path.length >= screenedLevels) return undefined;
    if (path.length >= MAXIMUM_JSON_DEPTH) return "nested_too_deep";
    const names = Array.isArray(part) ? [] : Object.keys(part);
    const elements: readonly unknown[] = Array.isArray(part) ? part : [];
    valuesLeft -= names.length + elements.length;
    if (valuesLeft < 0) return "too_many_values";
    for (const name of names) {
      if (isForbiddenKey(name)) {
        path.push(name);
        return "forbidden_key";
      }
      const code = enter(name, Reflect.get(part, name));
      if (code) return code;
    }
    for (const [index, element] of elements.entries()) {
      const code = enter(index, element);
      if (code) return code;
    }
    return undefined;
  };
  const code = typeof value === "object" && value !== null ? search(value) : undefined;
  return code && { path, code };
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
