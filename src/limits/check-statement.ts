/** @see https://developers.cloudflare.com/d1/platform/limits/, which hold for the SQL of Durable Objects too */
const MAXIMUM_PARAMETERS = 100;
const MAXIMUM_STATEMENT_BYTES = 100_000;
export const MAXIMUM_VALUE_BYTES = 2_000_000;

function bytesOf(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  return 8;
}

function refuse(what: string): never {
  throw new Error(`D1_ERROR: ${what}: beyond Cloudflare's limits`);
}

/** Statements that write one row, whose values are their parameters. */
const WRITES_A_ROW = /^\s*(?:INSERT|REPLACE|UPDATE)\b(?![\s\S]*\bjson_each\b)/i;

/** @throws where Cloudflare would refuse a statement with these parameters */
export function checkStatement(sql: string, parameters: readonly unknown[]): void {
  if (Buffer.byteLength(sql) > MAXIMUM_STATEMENT_BYTES) refuse("statement too long");
  if (parameters.length > MAXIMUM_PARAMETERS) refuse(`too many SQL variables (${parameters.length})`);
  let sum = 0;
  for (const parameter of parameters) {
    const bytes = bytesOf(parameter);
    if (bytes > MAXIMUM_VALUE_BYTES) refuse(`string or blob too big (${bytes} bytes)`);
    sum += bytes;
  }
  if (sum > MAXIMUM_VALUE_BYTES && WRITES_A_ROW.test(sql)) refuse(`row too big (${sum} bytes)`);
}

/** @throws where a row that was read could never have been written */
export function checkRow(row: unknown): void {
  if (typeof row !== "object" || row === null) return;
  const bytes = Object.values(row).reduce<number>((sum, value) => sum + bytesOf(value), 0);
  if (bytes > MAXIMUM_VALUE_BYTES) refuse(`row too big (${bytes} bytes)`);
}
