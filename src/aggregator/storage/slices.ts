/** Cloudflare takes 2,000,000 bytes for a value or parameter; half of that leaves room for what is misjudged. */
export const MAXIMUM_VALUE_BYTES = 1_000_000;

/**
 * Divides a list so that every part is at most so long as JSON. A single element that is longer is a part of its own.
 * @param maximumBytes in UTF-8
 * @returns the parts as JSON arrays
 */
export function* slicesWithin(
  list: readonly unknown[],
  maximumBytes = MAXIMUM_VALUE_BYTES,
): Generator<string> {
  let parts: string[] = [];
  let bytes = 0;
  for (const element of list) {
    const json = JSON.stringify(element);
    const length = Buffer.byteLength(json) + 1;
    if (parts.length > 0 && bytes + length > maximumBytes) {
      yield `[${parts.join(",")}]`;
      parts = [];
      bytes = 0;
    }
    parts.push(json);
    bytes += length;
  }
  if (parts.length > 0) yield `[${parts.join(",")}]`;
}
