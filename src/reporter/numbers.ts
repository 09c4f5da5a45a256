const MAXIMUM_DECIMALS = 10;

/** A last digit may count steps up to this many times smaller than the precision, rounded to a power of ten. */
const DIGIT_PER_ERROR = 1.5;

/** A typographic minus is as wide as a plus, so signed columns stay aligned. */
function withTrueMinus(text: string): string {
  return text.replace("-", "−");
}

/**
 * The number of decimals worth showing for a number known to this precision.
 * @param precision for an estimate its standard error
 */
export function decimalsFor(precision: number): number {
  if (!(precision > 0) || !Number.isFinite(precision)) return 0;
  return Math.min(MAXIMUM_DECIMALS, Math.max(0, -Math.floor(Math.log10(precision / DIGIT_PER_ERROR))));
}

/** The number of decimals that shows three significant digits. */
export function decimalsOfThreeDigits(value: number): number {
  if (value === 0) return 0;
  return Math.min(MAXIMUM_DECIMALS, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
}

/** To make a formatter takes a hundred times longer than to use it, and a list uses hundreds. */
const fixedFormatters = new Map<string, Intl.NumberFormat>();

function fixedFormatter(decimals: number, signDisplay: "exceptZero" | "negative"): Intl.NumberFormat {
  const name = `${decimals} ${signDisplay}`;
  const cached = fixedFormatters.get(name);
  if (cached) return cached;
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay };
  const formatter = new Intl.NumberFormat("en", options);
  fixedFormatters.set(name, formatter);
  return formatter;
}

export function formatFixed(value: number, decimals: number, sign: "auto" | "always" = "auto"): string {
  return withTrueMinus(fixedFormatter(decimals, sign === "always" ? "exceptZero" : "negative").format(value));
}

/** A signed round number without trailing zeros; binary noise in its last digits is cut off. */
export function formatShortest(value: number): string {
  const options = { maximumSignificantDigits: 6, signDisplay: "exceptZero" } as const;
  return withTrueMinus(new Intl.NumberFormat("en", options).format(value));
}

/** Three significant digits at most, and all those before the point. */
export function formatShort(value: number): string {
  const options = { maximumFractionDigits: decimalsOfThreeDigits(value) };
  return withTrueMinus(new Intl.NumberFormat("en", options).format(value));
}

/** Whole things: units, events. */
export function formatCount(count: number): string {
  return formatFixed(Math.round(count), 0);
}

/** Counts a noun: "1 unit", "2 units". */
export function plural(count: string, noun: string): string {
  return `${count} ${noun}${count === "1" ? "" : "s"}`;
}

export function formatPercent(share: number, decimals = 0): string {
  return `${formatFixed(share * 100, decimals)}%`;
}

/** A chance is never shown as certain. */
export function formatChance(chance: number): string {
  if (chance < 0.001) return "< 0.1%";
  if (chance > 0.999) return "> 99.9%";
  return formatPercent(chance, 1);
}

/** A p-value below a column's heading, never shown as zero. */
export function formatPValueCell(pValue: number): string {
  return pValue < 0.001 ? "< 0.001" : formatFixed(pValue, pValue < 0.1 ? 3 : 2);
}

export function formatPValue(pValue: number): string {
  return `p ${pValue < 0.001 ? "" : "= "}${formatPValueCell(pValue)}`;
}

/** All the digits there are, for tooltips. */
export function formatExact(value: number): string {
  return withTrueMinus(String(value));
}
