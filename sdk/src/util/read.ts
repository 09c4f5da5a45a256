/** A property of a value that may be anything. */
export function read(value: unknown, name: PropertyKey): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** Any value in words: apps throw and record objects that cannot be made a text. */
export function wordsFor(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
