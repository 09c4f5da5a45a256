const WHOLE_NUMBER = /^-?\d+$/;

/** What a double prints is no identifier's digits: whoever sent it had rounded it before. */
function keepDigits(key: string, value: unknown, context?: { source?: string }): unknown {
  if (key !== "intValue" || typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const { source = "" } = context ?? {};
  return WHOLE_NUMBER.test(source) && source !== String(value) ? source : value;
}

/** A whole number written without quotation marks that may be beyond 2^53. */
const LONG_NUMBER = /"intValue"\s*:\s*-?\d{16}/;

/**
 * Parses JSON with the attributes of telemetry in it, every digit of an `intValue` kept: beyond 2^53, where they may be
 * identifiers of 64 bits, they become texts.
 * @throws SyntaxError where it is no JSON
 */
export function parseTelemetryJson(text: string): unknown {
  return LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}
