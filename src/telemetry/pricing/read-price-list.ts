import { z } from "zod";
import { createPriceList, type PriceList } from "./price-list.ts";

const usdPerMillionTokens = z.number().nonnegative();

const tokenPrice = z.strictObject({
  input: usdPerMillionTokens,
  output: usdPerMillionTokens,
  cached_input: usdPerMillionTokens.optional(),
  cache_write: usdPerMillionTokens.optional(),
});

const prices = z.record(z.string().min(1), tokenPrice);

/** Reads prices by the name of the model, from JSON or from what JSON has become. */
export function readPriceList(raw: unknown): { ok: true; prices: PriceList } | { ok: false; reason: string } {
  let document: unknown = raw;
  try {
    if (typeof raw === "string") document = JSON.parse(raw);
  } catch (cause) {
    return { ok: false, reason: String(cause) };
  }
  const parsed = prices.safeParse(document);
  if (!parsed.success) return { ok: false, reason: z.prettifyError(parsed.error) };
  return { ok: true, prices: createPriceList(Object.entries(parsed.data)) };
}
