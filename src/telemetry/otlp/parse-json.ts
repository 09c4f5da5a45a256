/** A whole number of so many digits that it may be beyond 2^53, without quotation marks. */
const LONG_NUMBER = /(?<!\\)("intValue"\s*:\s*)(-?\d{16,})(?![\d.eE])/g;

/** What a double prints is no identifier's digits: whoever sent it had rounded it before. */
function isExact(digits: string): boolean {
  const value = Number(digits);
  return Number.isSafeInteger(value) || String(value) === digits;
}

/**
 * Parses JSON with the attributes of telemetry in it, every digit of an `intValue` kept: beyond 2^53, where they may be
 * identifiers of 64 bits, they become texts. They are put in quotation marks before parsing, because a reviver would be
 * called for everything else in the text too.
 * @throws SyntaxError where it is no JSON
 */
export function parseTelemetryJson(text: string): unknown {
  return JSON.parse(
    text.replace(LONG_NUMBER, (whole: string, name: string, digits: string) =>
      isExact(digits) ? whole : `${name}"${digits}"`,
    ),
  );
}
