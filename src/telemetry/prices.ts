import { z } from "zod";

const usdPerMillionTokens = z.number().nonnegative();

const priceTable = z.record(
  z.string(),
  z.strictObject({
    input: usdPerMillionTokens,
    output: usdPerMillionTokens,
    /** Of input tokens that came from the provider's cache; by default they cost what others do. */
    cached_input: usdPerMillionTokens.optional(),
  }),
);

/** What models cost, in USD per million tokens, by the names under which telemetry calls them. */
export type PriceTable = ReadonlyMap<string, z.output<typeof priceTable>[string]>;

/** What a model call used, as far as it was told. */
export interface Usage {
  /** Models as they were answered from and asked for, the likeliest name first. */
  models: readonly string[];
  /** All input tokens, those from the cache among them. */
  input: number | undefined;
  output: number | undefined;
  cachedInput: number | undefined;
}

/** Reads a price table from JSON, or from what JSON has become. */
export function readPriceTable(
  raw: unknown,
): { ok: true; prices: PriceTable } | { ok: false; reason: string } {
  let table: unknown = raw;
  try {
    if (typeof raw === "string") table = JSON.parse(raw);
  } catch (cause) {
    return { ok: false, reason: String(cause) };
  }
  const parsed = priceTable.safeParse(table);
  if (!parsed.success) return { ok: false, reason: z.prettifyError(parsed.error) };
  return { ok: true, prices: new Map(Object.entries(parsed.data)) };
}

/**
 * What a model call cost, in USD.
 * @returns undefined where the model has no price or a count of tokens is not known
 */
export function costOf(
  { models, input, output, cachedInput = 0 }: Usage,
  prices: PriceTable,
): number | undefined {
  const price = models.map((model) => prices.get(model)).find((known) => known !== undefined);
  if (!price || input === undefined || output === undefined) return undefined;
  const cached = Math.min(cachedInput, input);
  const tokens =
    (input - cached) * price.input + cached * (price.cached_input ?? price.input) + output * price.output;
  return tokens / 1_000_000;
}
