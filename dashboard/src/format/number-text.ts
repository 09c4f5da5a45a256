/**
 * What was typed as a number, for a schema to judge: undefined for nothing, the text itself when it is none. A comma is no
 * decimal point: it is refused, not guessed.
 */
export function readNumberText(text: string): number | string | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return trimmed;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : trimmed;
}
