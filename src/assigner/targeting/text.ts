/** Longer than any operand: two texts that differ do so before. */
const MAXIMUM_LENGTH = 1_100;

/** No version is longer. */
const MAXIMUM_VERSION_LENGTH = 256;

/** As `String(value)`, but for lists no longer than is needed to tell them from any operand. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  // As JavaScript writes objects, those that refuse to be written among them.
  if (!Array.isArray(value))
    return typeof value === "object" && value !== null ? "[object Object]" : String(value);
  let text = "";
  for (const [index, entry] of value.entries()) {
    text += (index > 0 ? "," : "") + (entry === null || entry === undefined ? "" : textOf(entry));
    if (text.length > MAXIMUM_LENGTH) break;
  }
  return text;
}

/** What the comparing operators see: lists and objects as their texts. */
export function primitiveOf(value: unknown): string | number | boolean | null | undefined {
  if (typeof value === "object" && value !== null) return textOf(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return value === null ? null : undefined;
}

/** Versions as texts that compare in the versions' order, as GrowthBook's SDK makes them. */
export function paddedVersion(version: unknown): string {
  const text = typeof version === "number" ? String(version) : version;
  const parts = (text && typeof text === "string" ? text.slice(0, MAXIMUM_VERSION_LENGTH) : "0")
    .replace(/(^v|\+.*$)/g, "")
    .split(/[-.]/);
  // "~" comes after all letters: a release after its candidates.
  if (parts.length === 3) parts.push("~");
  return parts.map((part) => (/^[0-9]+$/.test(part) ? part.padStart(5, " ") : part)).join("-");
}
